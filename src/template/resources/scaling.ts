import type { ScaleModel, ServiceModel, SystemModel } from '../../system/system-model.ts'
import {
  getAtt,
  given,
  join,
  ref,
  type Resource,
  type Resources,
  type Value,
} from '../cloudformation.ts'
import { clusterName, loadBalancerIds, serviceIds } from '../logical-ids.ts'

const DIMENSION = 'ecs:service:DesiredCount'

/** What owns the number of tasks, when the definition gives bounds instead of a number. */
export function scalingResources(service: ServiceModel, model: SystemModel): Resources {
  const { scale } = service
  if (typeof scale === 'number') return {}
  const ids = serviceIds(service.name)
  return {
    [ids.scalableTarget]: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: given({
        ServiceNamespace: 'ecs',
        ScalableDimension: DIMENSION,
        ResourceId: join('/', ['service', clusterName(model), getAtt(ids.service, 'Name')]),
        MinCapacity: scale.min,
        MaxCapacity: scale.max,
        ScheduledActions: schedule(scale),
      }),
    },
    ...policies(service, scale),
  }
}

function schedule({ schedule: entries }: ScaleModel): object[] {
  return entries.map(({ name, cron, min, max, timeZone }) => ({
    ScheduledActionName: name,
    Schedule: `cron(${cron})`,
    Timezone: timeZone,
    ScalableTargetAction: { MinCapacity: min, MaxCapacity: max },
  }))
}

function policies(service: ServiceModel, scale: ScaleModel): Resources {
  const ids = serviceIds(service.name)
  const resources: Record<string, Resource> = {}
  if (scale.cpu !== undefined) {
    resources[ids.scaling('Cpu')] = policy(service, scale, {
      name: 'cpu',
      metric: 'ECSServiceAverageCPUUtilization',
      target: scale.cpu,
    })
  }
  if (scale.memory !== undefined) {
    resources[ids.scaling('Memory')] = policy(service, scale, {
      name: 'memory',
      metric: 'ECSServiceAverageMemoryUtilization',
      target: scale.memory,
    })
  }
  const label = requestLabel(service)
  if (scale.requestsPerTarget !== undefined && label !== undefined) {
    resources[ids.scaling('Requests')] = policy(service, scale, {
      name: 'requests',
      metric: 'ALBRequestCountPerTarget',
      target: scale.requestsPerTarget,
      label,
    })
  }
  return resources
}

interface Target {
  readonly name: string
  readonly metric: string
  readonly target: number
  readonly label?: Value
}

function policy(service: ServiceModel, scale: ScaleModel, wanted: Target): Resource {
  return {
    Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    Properties: {
      PolicyName: `${service.family}-${wanted.name}`,
      PolicyType: 'TargetTrackingScaling',
      ScalingTargetId: ref(serviceIds(service.name).scalableTarget),
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: given({
          PredefinedMetricType: wanted.metric,
          ResourceLabel: wanted.label,
        }),
        TargetValue: wanted.target,
        ScaleInCooldown: scale.scaleInCooldownSeconds,
        ScaleOutCooldown: scale.scaleOutCooldownSeconds,
      },
    },
  }
}

function requestLabel({ name, targetGroups }: ServiceModel): Value | undefined {
  const group = targetGroups.find(({ loadBalancer }) => loadBalancer !== undefined)
  if (group?.loadBalancer === undefined) return undefined
  const balancer = loadBalancerIds(group.loadBalancer).loadBalancer
  return join('/', [
    getAtt(balancer, 'LoadBalancerFullName'),
    getAtt(serviceIds(name).targetGroup(group), 'TargetGroupFullName'),
  ])
}
