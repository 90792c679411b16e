import type { LoadBalancer } from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import type { EcsState } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import type { TaskDefinitionRecord } from '../records.ts'

/** R17: container, port and target group of each load balancer must fit the task definition. */
export async function checkLoadBalancers(
  state: EcsState,
  call: Call,
  wanted: { definition: TaskDefinitionRecord; loadBalancers: readonly LoadBalancer[] },
): Promise<void> {
  for (const { containerName = '', containerPort, targetGroupArn } of wanted.loadBalancers) {
    const container = wanted.definition.definition.containerDefinitions?.find(
      ({ name }) => name === containerName,
    )
    if (container === undefined) {
      throw invalidParameter(
        `The container ${containerName} does not exist in the task definition.`,
      )
    }
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort ?? ''} defined.`,
      )
    }
    const { TargetGroups } = await state.context
      .calls(call.region)
      .elbv2.describeTargetGroups({ TargetGroupArns: [targetGroupArn ?? ''] })
    const group = TargetGroups?.[0]
    if (group?.TargetType === 'instance') {
      throw invalidParameter(
        `The provided target group ${targetGroupArn ?? ''} has target type instance, which is ` +
          'incompatible with the awsvpc network mode specified in the task definition.',
      )
    }
    if ((group?.LoadBalancerArns ?? []).length === 0) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn ?? ''} does not have an associated load balancer.`,
      )
    }
  }
}
