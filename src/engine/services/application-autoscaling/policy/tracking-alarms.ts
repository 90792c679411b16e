import type {
  CustomizedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling'
import type {
  MetricDataQuery,
  PutMetricAlarmCommandInput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../aws-error.ts'
import type { PolicyRecord } from '../records.ts'
import { ecsResource } from '../scaling-state.ts'

const HIGH_PERIODS = 3
const LOW_PERIODS = 15
/** ASG-1: the low alarm stands ten percent below the target. */
const LOW_SHARE = 0.9

/** The two alarms of a target-tracking policy; one when it may not scale in. */
export function trackingAlarms(
  policy: PolicyRecord,
  tracking: TargetTrackingScalingPolicyConfiguration,
  ids: { high: string; low: string },
): PutMetricAlarmCommandInput[] {
  const target = tracking.TargetValue ?? 0
  const shared = {
    ...metricOf(policy, tracking),
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
    AlarmActions: [policy.arn],
    TreatMissingData: 'missing',
  }
  const prefix = `TargetTracking-${policy.resourceId}`
  const high: PutMetricAlarmCommandInput = {
    ...shared,
    AlarmName: `${prefix}-AlarmHigh-${ids.high}`,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: target,
    EvaluationPeriods: HIGH_PERIODS,
  }
  const low: PutMetricAlarmCommandInput = {
    ...shared,
    AlarmName: `${prefix}-AlarmLow-${ids.low}`,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: Math.round(target * LOW_SHARE * 1e9) / 1e9,
    EvaluationPeriods: LOW_PERIODS,
  }
  return tracking.DisableScaleIn === true ? [high] : [high, low]
}

type AlarmMetric = Partial<PutMetricAlarmCommandInput>

function metricOf(
  policy: PolicyRecord,
  tracking: TargetTrackingScalingPolicyConfiguration,
): AlarmMetric {
  const custom = tracking.CustomizedMetricSpecification
  if (custom !== undefined) return customMetric(custom)
  const predefined = tracking.PredefinedMetricSpecification
  const { cluster, service } = ecsResource(policy.resourceId)
  const ecs = (MetricName: string): AlarmMetric => ({
    Namespace: 'AWS/ECS',
    MetricName,
    Dimensions: [
      { Name: 'ClusterName', Value: cluster },
      { Name: 'ServiceName', Value: service },
    ],
    Statistic: 'Average',
    Unit: 'Percent',
    Period: 60,
  })
  switch (predefined?.PredefinedMetricType) {
    case 'ECSServiceAverageCPUUtilization':
      return ecs('CPUUtilization')
    case 'ECSServiceAverageMemoryUtilization':
      return ecs('MemoryUtilization')
    case 'ALBRequestCountPerTarget':
      return requestsPerTarget(predefined.ResourceLabel ?? '')
    default:
      throw new AwsError(
        'ValidationException',
        `The predefined metric ${predefined?.PredefinedMetricType ?? ''} is not one of ECS services`,
      )
  }
}

/** ASG-4: the label is `app/NAME/ID/targetgroup/NAME/ID`. */
function requestsPerTarget(label: string): AlarmMetric {
  const match = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label)
  if (match === null) {
    throw new AwsError('ValidationException', `The resource label ${label} is not valid`)
  }
  return {
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'RequestCountPerTarget',
    Dimensions: [{ Name: 'TargetGroup', Value: match[2] ?? '' }],
    Statistic: 'Sum',
    Period: 60,
  }
}

function customMetric(custom: CustomizedMetricSpecification): AlarmMetric {
  if (custom.Metrics !== undefined) {
    return {
      Metrics: custom.Metrics.map((query): MetricDataQuery => ({
        Id: query.Id,
        Expression: query.Expression,
        Label: query.Label,
        ReturnData: query.ReturnData,
        ...(query.MetricStat === undefined
          ? {}
          : {
              MetricStat: {
                Metric: query.MetricStat.Metric,
                Stat: query.MetricStat.Stat,
                Period: 60,
              },
            }),
      })),
    }
  }
  return {
    Namespace: custom.Namespace,
    MetricName: custom.MetricName,
    Dimensions: (custom.Dimensions ?? []).map(({ Name, Value }) => ({ Name, Value })),
    Statistic: custom.Statistic ?? 'Average',
    ...(custom.Unit === undefined ? {} : { Unit: custom.Unit as StandardUnit }),
    Period: 60,
  }
}
