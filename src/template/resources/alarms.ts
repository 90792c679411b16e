import type {
  DatabaseModel,
  ServiceModel,
  SystemModel,
  TopicModel,
} from '../../system/system-model.ts'
import { getAtt, given, ref, type Resource, type Resources, type Value } from '../cloudformation.ts'
import { clusterName, databaseIds, loadBalancerIds, serviceIds, topicId } from '../logical-ids.ts'

const MINUTE = 60
const BYTES_PER_GIB = 1024 ** 3

interface AlarmSpec {
  readonly name: string
  readonly description: string
  readonly namespace: string
  readonly metric: string
  /** CloudWatch's statistic, or a percentile such as `p95`. */
  readonly statistic: string
  readonly dimensions: Readonly<Record<string, Value>>
  readonly periodSeconds: number
  readonly periods: number
  readonly above?: number
  readonly below?: number
  readonly missing: 'breaching' | 'notBreaching'
}

export function topicResources({ topic }: SystemModel): Resources {
  if (topic?.kind !== 'new') return {}
  const id = topicId(topic.name)
  const subscriptions = topic.email.map((Endpoint, i) => [
    `${id}Email${i + 1}`,
    {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: ref(id), Protocol: 'email', Endpoint },
    },
  ])
  return {
    [id]: { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic.topicName } },
    ...Object.fromEntries(subscriptions),
  }
}

export function serviceAlarmResources(service: ServiceModel, model: SystemModel): Resources {
  const { alarms, family } = service
  const ids = serviceIds(service.name)
  const dimensions = { ClusterName: clusterName(model), ServiceName: getAtt(ids.service, 'Name') }
  const average = {
    namespace: 'AWS/ECS',
    statistic: 'Average',
    dimensions,
    periodSeconds: 5 * MINUTE,
    periods: 1,
    missing: 'notBreaching',
  } as const
  const specs: Record<string, AlarmSpec | undefined> = {
    CpuHigh: percent(alarms.cpuAbove, `${family}-cpu-high`, {
      ...average,
      metric: 'CPUUtilization',
    }),
    MemoryHigh: percent(alarms.memoryAbove, `${family}-memory-high`, {
      ...average,
      metric: 'MemoryUtilization',
    }),
    TasksLow:
      alarms.runningBelow === undefined
        ? undefined
        : {
            ...average,
            name: `${family}-tasks-low`,
            description: `Fewer than ${alarms.runningBelow} tasks are running`,
            namespace: 'ECS/ContainerInsights',
            metric: 'RunningTaskCount',
            below: alarms.runningBelow,
            periodSeconds: MINUTE,
            periods: 2,
            missing: 'breaching',
          },
    ...targetAlarms(service),
  }
  return alarmResources(specs, ids.alarm, model.topic)
}

/** Alarms on what the load balancer sees of a service. */
function targetAlarms({ name, family, alarms, targetGroups }: ServiceModel) {
  const group = targetGroups.find(({ loadBalancer }) => loadBalancer !== undefined)
  if (group?.loadBalancer === undefined) return {}
  const balancer = loadBalancerIds(group.loadBalancer).loadBalancer
  const common = {
    namespace: 'AWS/ApplicationELB',
    dimensions: {
      LoadBalancer: getAtt(balancer, 'LoadBalancerFullName'),
      TargetGroup: getAtt(serviceIds(name).targetGroup(group), 'TargetGroupFullName'),
    },
    periodSeconds: 5 * MINUTE,
    periods: 1,
    missing: 'notBreaching',
  } as const
  const { healthyBelow, errorsAbove, slowerThanSeconds } = alarms
  const specs: Record<string, AlarmSpec | undefined> = {
    TargetsUnhealthy:
      healthyBelow === undefined
        ? undefined
        : {
            ...common,
            name: `${family}-targets-unhealthy`,
            description: `Fewer than ${healthyBelow} targets are healthy`,
            metric: 'HealthyHostCount',
            statistic: 'Minimum',
            below: healthyBelow,
            periodSeconds: MINUTE,
            periods: 2,
            missing: 'breaching',
          },
    Errors:
      errorsAbove === undefined
        ? undefined
        : {
            ...common,
            name: `${family}-5xx-errors`,
            description: `More than ${errorsAbove} answers with 5xx in 5 minutes`,
            metric: 'HTTPCode_Target_5XX_Count',
            statistic: 'Sum',
            above: errorsAbove,
          },
    Slow:
      slowerThanSeconds === undefined
        ? undefined
        : {
            ...common,
            name: `${family}-slow`,
            description: `More than 5 in 100 requests take longer than ${slowerThanSeconds} s`,
            metric: 'TargetResponseTime',
            statistic: 'p95',
            above: slowerThanSeconds,
          },
  }
  return specs
}

export function databaseAlarmResources(database: DatabaseModel, model: SystemModel): Resources {
  const { alarms } = database
  const ids = databaseIds(database.name)
  const name = `${model.prefix}-${database.name}`
  const average = {
    namespace: 'AWS/RDS',
    statistic: 'Average',
    dimensions: { DBInstanceIdentifier: ref(ids.instance) },
    periodSeconds: 5 * MINUTE,
    periods: 1,
    missing: 'notBreaching',
  } as const
  const { freeStorageBelowGiB, connectionsAbove } = alarms
  const specs: Record<string, AlarmSpec | undefined> = {
    CpuHigh: percent(alarms.cpuAbove, `${name}-cpu-high`, {
      ...average,
      metric: 'CPUUtilization',
    }),
    StorageLow:
      freeStorageBelowGiB === undefined
        ? undefined
        : {
            ...average,
            name: `${name}-storage-low`,
            description: `Less than ${freeStorageBelowGiB} GiB of storage are free`,
            metric: 'FreeStorageSpace',
            below: freeStorageBelowGiB * BYTES_PER_GIB,
          },
    ConnectionsHigh:
      connectionsAbove === undefined
        ? undefined
        : {
            ...average,
            name: `${name}-connections-high`,
            description: `More than ${connectionsAbove} connections`,
            metric: 'DatabaseConnections',
            above: connectionsAbove,
          },
  }
  return alarmResources(specs, ids.alarm, model.topic)
}

function percent(
  above: number | undefined,
  name: string,
  spec: Omit<AlarmSpec, 'name' | 'description'>,
): AlarmSpec | undefined {
  if (above === undefined) return undefined
  return { ...spec, name, description: `${spec.metric} is above ${above} percent`, above }
}

function alarmResources(
  specs: Readonly<Record<string, AlarmSpec | undefined>>,
  id: (alarm: string) => string,
  topic: TopicModel | undefined,
): Resources {
  return Object.fromEntries(
    Object.entries(specs).flatMap(([key, spec]) =>
      spec === undefined ? [] : [[id(key), alarm(spec, topic)]],
    ),
  )
}

function alarm(spec: AlarmSpec, topic: TopicModel | undefined): Resource {
  const actions = topic === undefined ? undefined : [topicArn(topic)]
  const isPercentile = spec.statistic.startsWith('p')
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: given({
      AlarmName: spec.name,
      AlarmDescription: spec.description,
      Namespace: spec.namespace,
      MetricName: spec.metric,
      Dimensions: Object.entries(spec.dimensions).map(([Name, Value]) => ({ Name, Value })),
      [isPercentile ? 'ExtendedStatistic' : 'Statistic']: spec.statistic,
      Period: spec.periodSeconds,
      EvaluationPeriods: spec.periods,
      ComparisonOperator: spec.above === undefined ? 'LessThanThreshold' : 'GreaterThanThreshold',
      Threshold: spec.above ?? spec.below,
      TreatMissingData: spec.missing,
      AlarmActions: actions,
      OKActions: actions,
    }),
  }
}

function topicArn(topic: TopicModel): Value {
  return topic.kind === 'new' ? ref(topicId(topic.name)) : topic.arn
}
