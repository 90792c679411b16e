import type { ServiceModel, SystemModel, TargetGroupModel } from '../../system/system-model.ts'
import type { Resource, Resources } from '../cloudformation.ts'
import { serviceIds, vpcId } from '../logical-ids.ts'

export function targetGroupResources(service: ServiceModel, model: SystemModel): Resources {
  return Object.fromEntries(
    service.targetGroups
      .filter(({ existing }) => existing === undefined)
      .map((group) => [serviceIds(service.name).targetGroup(group), targetGroup(group, model)]),
  )
}

function targetGroup(group: TargetGroupModel, model: SystemModel): Resource {
  const { health } = group
  return {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: {
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: group.port,
      VpcId: vpcId(model),
      HealthCheckPath: health.path,
      HealthCheckIntervalSeconds: health.intervalSeconds,
      HealthCheckTimeoutSeconds: health.timeoutSeconds,
      HealthyThresholdCount: health.healthyThreshold,
      UnhealthyThresholdCount: health.unhealthyThreshold,
      Matcher: { HttpCode: health.codes },
      TargetGroupAttributes: attributes(group),
    },
  }
}

function attributes({ drainSeconds, slowStartSeconds, stickySeconds }: TargetGroupModel) {
  const values: Record<string, string | number | undefined> = {
    'deregistration_delay.timeout_seconds': drainSeconds,
    'slow_start.duration_seconds': slowStartSeconds,
    'stickiness.enabled': stickySeconds && 'true',
    'stickiness.type': stickySeconds && 'lb_cookie',
    'stickiness.lb_cookie.duration_seconds': stickySeconds,
  }
  return Object.entries(values).flatMap(([Key, value]) =>
    value === undefined ? [] : [{ Key, Value: String(value) }],
  )
}
