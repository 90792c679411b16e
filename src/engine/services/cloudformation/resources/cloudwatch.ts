import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { Properties, ResourceHandler } from './handler.ts'
import { optionalText, part, text } from './properties.ts'
import { tagChanges, tagsOf } from './tags.ts'

const MEMBERS = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Threshold',
  'ThresholdMetricId',
  'TreatMissingData',
  'Unit',
] as const

export const cloudwatchAlarm: ResourceHandler = {
  type: 'AWS::CloudWatch::Alarm',
  async create(request) {
    const AlarmName =
      optionalText(request.properties, 'AlarmName') ?? request.generatedName({ maxLength: 255 })
    await request.calls.cloudwatch.putMetricAlarm({
      ...alarm(request.properties, AlarmName),
      Tags: tagsOf(request.properties),
    })
    const arn = `arn:aws:cloudwatch:${request.region}:${request.accountId}:alarm:${AlarmName}`
    return { physicalId: AlarmName, attributes: { Arn: arn } }
  },
  async update(request) {
    const { calls, physicalId, before, properties } = request
    await calls.cloudwatch.putMetricAlarm(alarm(properties, physicalId))
    const ResourceARN = text(request.attributes, 'Arn')
    const { set, removed } = tagChanges(tagsOf(before), tagsOf(properties))
    if (removed.length > 0) await calls.cloudwatch.untagResource({ ResourceARN, TagKeys: removed })
    if (set.length > 0) await calls.cloudwatch.tagResource({ ResourceARN, Tags: set })
  },
  async delete({ calls, physicalId }) {
    await calls.cloudwatch.deleteAlarms({ AlarmNames: [physicalId] })
  },
}

function alarm(properties: Properties, AlarmName: string): PutMetricAlarmCommandInput {
  return { ...part<PutMetricAlarmCommandInput>(properties, MEMBERS), AlarmName }
}
