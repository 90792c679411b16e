import type { ServiceModel, SystemModel } from '../../system/system-model.ts'
import { getAtt, given, ref, type Resource, type Value } from '../cloudformation.ts'
import { clusterName, loadBalancerIds, routesOut, serviceIds, subnetIds } from '../logical-ids.ts'
import { type Images, waitConditionIds } from './one-offs.ts'
import { databaseAccess } from './security-groups.ts'

export function serviceResource(
  service: ServiceModel,
  model: SystemModel,
  images: Images,
): Resource {
  const ids = serviceIds(service.name)
  const { deployment, targetGroups } = service
  return {
    Type: 'AWS::ECS::Service',
    ...dependencies([
      ...waitConditionIds(service, images),
      ...forwarders(service, model),
      ...routesOut(model, service.placement),
      ...databaseAccess(service),
    ]),
    Properties: given({
      ServiceName: service.awsName,
      Cluster: clusterName(model),
      TaskDefinition: ref(ids.taskDefinition),
      LaunchType: 'FARGATE',
      // A number that autoscaling owns is not ours to say: a deploy would set it back.
      DesiredCount: typeof service.scale === 'number' ? service.scale : undefined,
      DeploymentConfiguration: {
        MinimumHealthyPercent: deployment.minimumPercent,
        MaximumPercent: deployment.maximumPercent,
        DeploymentCircuitBreaker: {
          Enable: deployment.circuitBreaker,
          Rollback: deployment.circuitBreaker,
        },
      },
      // ECS needs room for a task more to even out zones.
      AvailabilityZoneRebalancing: deployment.maximumPercent > 100 ? 'ENABLED' : 'DISABLED',
      HealthCheckGracePeriodSeconds: targetGroups.length > 0 ? deployment.graceSeconds : undefined,
      LoadBalancers: targetGroups.map((group) => ({
        TargetGroupArn: group.existing?.arn ?? ref(ids.targetGroup(group)),
        ContainerName: group.container,
        ContainerPort: group.port,
      })),
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: subnetIds(model, service.placement),
          SecurityGroups: securityGroups(service),
          AssignPublicIp: service.placement === 'public' ? 'ENABLED' : 'DISABLED',
        },
      },
      EnableExecuteCommand: service.exec,
      EnableECSManagedTags: true,
      PropagateTags: 'SERVICE',
    }),
  }
}

function securityGroups({ name, securityGroups: more }: ServiceModel): Value[] {
  return [getAtt(serviceIds(name).securityGroup, 'GroupId'), ...more]
}

/** ECS refuses a target group that no load balancer forwards to yet. */
function forwarders(service: ServiceModel, { loadBalancers }: SystemModel): string[] {
  return loadBalancers.flatMap((balancer) =>
    balancer.listeners.flatMap(({ port, rules }) => {
      const ids = loadBalancerIds(balancer.name)
      return rules
        .filter((rule) => rule.service === service.name)
        .map(({ priority }) =>
          priority === undefined ? ids.listener(port) : ids.rule(port, priority),
        )
    }),
  )
}

function dependencies(ids: readonly string[]): { DependsOn?: readonly string[] } {
  return ids.length === 0 ? {} : { DependsOn: ids }
}
