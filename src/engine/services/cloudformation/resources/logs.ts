import type { LogGroupClass, MetricTransformation } from '@aws-sdk/client-cloudwatch-logs'
import type { ResourceHandler, ResourceRequest } from './handler.ts'
import { changed, list, optionalText, text } from './properties.ts'
import { isOwn, tagChanges, tagMap, tagsOf } from './tags.ts'

const logGroup: ResourceHandler = {
  type: 'AWS::Logs::LogGroup',
  async create(request) {
    const { properties } = request
    const logGroupName = nameOf(request)
    const kmsKeyId = optionalText(properties, 'KmsKeyId')
    const logGroupClass = optionalText(properties, 'LogGroupClass') as LogGroupClass | undefined
    await request.calls.logs.createLogGroup({
      logGroupName,
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(logGroupClass === undefined ? {} : { logGroupClass }),
      tags: tagMap(properties),
    })
    return { physicalId: logGroupName, attributes: { Arn: `${arnOf(request, logGroupName)}:*` } }
  },
  async find(request) {
    const name = nameOf(request)
    const resourceArn = arnOf(request, name)
    const { tags = {} } = await request.calls.logs.listTagsForResource({ resourceArn })
    const given = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    return isOwn(request, given)
      ? { physicalId: name, attributes: { Arn: `${resourceArn}:*` } }
      : undefined
  },
  async stabilize({ calls, physicalId, properties }) {
    const retentionInDays = properties['RetentionInDays']
    if (typeof retentionInDays === 'number')
      await calls.logs.putRetentionPolicy({ logGroupName: physicalId, retentionInDays })
  },
  async update(request) {
    const { calls, physicalId, before, properties } = request
    if (properties['RetentionInDays'] === undefined && changed(request, 'RetentionInDays'))
      await calls.logs.deleteRetentionPolicy({ logGroupName: physicalId })
    const { set, removed } = tagChanges(tagsOf(before), tagsOf(properties))
    const resourceArn = arnOf(request, physicalId)
    if (removed.length > 0) await calls.logs.untagResource({ resourceArn, tagKeys: removed })
    if (set.length > 0)
      await calls.logs.tagResource({
        resourceArn,
        tags: Object.fromEntries(set.map(({ Key, Value }) => [Key, Value])),
      })
  },
  async delete({ calls, physicalId }) {
    await calls.logs.deleteLogGroup({ logGroupName: physicalId })
  },
}

function nameOf(request: ResourceRequest): string {
  return (
    optionalText(request.properties, 'LogGroupName') ?? request.generatedName({ maxLength: 512 })
  )
}

function arnOf({ region, accountId }: ResourceRequest, name: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`
}

interface Transformation {
  MetricName: string
  MetricNamespace: string
  MetricValue: string
  DefaultValue?: number
  Unit?: MetricTransformation['unit']
  Dimensions?: { Key: string; Value: string }[]
}

const metricFilter: ResourceHandler = {
  type: 'AWS::Logs::MetricFilter',
  async create(request) {
    const filterName =
      optionalText(request.properties, 'FilterName') ?? request.generatedName({ maxLength: 512 })
    await putMetricFilter(request, filterName)
    return { physicalId: filterName }
  },
  update: (request) => putMetricFilter(request, request.physicalId),
  async delete({ calls, physicalId, properties }) {
    await calls.logs.deleteMetricFilter({
      filterName: physicalId,
      logGroupName: text(properties, 'LogGroupName'),
    })
  },
}

async function putMetricFilter({ calls, properties }: ResourceRequest, filterName: string) {
  await calls.logs.putMetricFilter({
    filterName,
    logGroupName: text(properties, 'LogGroupName'),
    filterPattern: text(properties, 'FilterPattern'),
    metricTransformations: list<Transformation>(properties, 'MetricTransformations').map(
      transformation,
    ),
  })
}

function transformation(given: Transformation): MetricTransformation {
  const { DefaultValue, Unit, Dimensions } = given
  return {
    metricName: given.MetricName,
    metricNamespace: given.MetricNamespace,
    metricValue: given.MetricValue,
    ...(DefaultValue === undefined ? {} : { defaultValue: DefaultValue }),
    ...(Unit === undefined ? {} : { unit: Unit }),
    ...(Dimensions === undefined
      ? {}
      : { dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, Value])) }),
  }
}

export const logsHandlers = [logGroup, metricFilter]
