import type {
  DeregisterScalableTargetCommandInput,
  DescribeScalableTargetsCommandInput,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  ListTagsForResourceCommandInput,
  RegisterScalableTargetCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { clamp } from '../policy/decide.ts'
import type { TargetRecord } from '../records.ts'
import { ecsResource, keyOf, scalableOf, type ScalingState } from '../scaling-state.ts'
import { noTarget } from '../no-target.ts'
import { deletePolicy } from '../policy/delete-policy.ts'

export function targetOperations(state: ScalingState): OperationTable {
  return {
    RegisterScalableTarget: async (input: RegisterScalableTargetCommandInput, call: Call) => {
      const target = await register(state, input, call)
      return { ScalableTargetARN: target.arn }
    },

    DeregisterScalableTarget: async (input: DeregisterScalableTargetCommandInput, call: Call) => {
      const scalable = scalableOf(input, call)
      if (state.target(scalable) === undefined) throw noTarget(input)
      for (const policy of state.policiesOf(scalable)) await deletePolicy(state, policy)
      state.targets.delete(keyOf(scalable))
      return {}
    },

    DescribeScalableTargets: (input: DescribeScalableTargetsCommandInput, call: Call) => ({
      ScalableTargets: [...state.targets.values()]
        .filter(
          ({ region, namespace }) => region === call.region && namespace === input.ServiceNamespace,
        )
        .filter(({ resourceId }) => input.ResourceIds?.includes(resourceId) ?? true)
        .filter(({ dimension }) => (input.ScalableDimension ?? dimension) === dimension)
        .map((target) => ({
          ServiceNamespace: target.namespace,
          ResourceId: target.resourceId,
          ScalableDimension: target.dimension,
          MinCapacity: target.min,
          MaxCapacity: target.max,
          RoleARN: target.roleArn,
          ScalableTargetARN: target.arn,
          CreationTime: new Date(target.createdAt),
          SuspendedState: target.suspended,
        })),
    }),

    DescribeScalingActivities: (
      input: DescribeScalingActivitiesCommandInput,
      call: Call,
    ): Output<DescribeScalingActivitiesCommandOutput> => ({
      ScalingActivities: [...state.activities.values()]
        .filter(
          ({ region, namespace }) => region === call.region && namespace === input.ServiceNamespace,
        )
        .filter(({ resourceId }) => (input.ResourceId ?? resourceId) === resourceId)
        .toReversed()
        .slice(0, input.MaxResults ?? 50)
        .map((activity) => ({
          ActivityId: activity.id,
          ServiceNamespace: activity.namespace,
          ResourceId: activity.resourceId,
          ScalableDimension: activity.dimension,
          Description: activity.description,
          Cause: activity.cause,
          StartTime: new Date(activity.startedAt),
          EndTime: activity.endedAt === undefined ? undefined : new Date(activity.endedAt),
          StatusCode: activity.status,
          StatusMessage: activity.message,
        })),
    }),
    ...tagOperations(state),
  }
}

/** ASG-3, A1: changed bounds beyond the current count scale at once. */
async function register(
  state: ScalingState,
  input: RegisterScalableTargetCommandInput,
  call: Call,
): Promise<TargetRecord> {
  const scalable = scalableOf(input, call)
  if (input.ServiceNamespace !== 'ecs' || input.ScalableDimension !== 'ecs:service:DesiredCount') {
    throw invalid('The engine scales ECS services only (ecs:service:DesiredCount).')
  }
  ecsResource(scalable.resourceId)
  const known = state.target(scalable)
  const min = input.MinCapacity ?? known?.min
  const max = input.MaxCapacity ?? known?.max
  if (min === undefined || max === undefined) {
    throw invalid('Minimum capacity and maximum capacity must be specified')
  }
  if (min > max) {
    throw invalid('Maximum capacity cannot be less than minimum capacity')
  }
  const capacity = await state.currentCapacity(scalable)
  if (capacity === undefined) {
    throw invalid(`ECS service doesn't exist: ${scalable.resourceId}`)
  }
  const { accountId, region } = call
  const id = known?.arn.split('/').at(-1) ?? `1ec5${state.context.random.hex(14)}`
  const target: TargetRecord = {
    region,
    namespace: 'ecs',
    resourceId: scalable.resourceId,
    dimension: 'ecs:service:DesiredCount',
    min,
    max,
    roleArn:
      input.RoleARN ??
      `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    arn: `arn:aws:application-autoscaling:${region}:${accountId}:scalable-target/${id}`,
    suspended: input.SuspendedState ??
      known?.suspended ?? {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    createdAt: known?.createdAt ?? state.context.clock.now(),
    tags: known?.tags ?? input.Tags ?? {},
  }
  state.targets.put(keyOf(scalable), target)
  const wanted = clamp(capacity.desired, target)
  if (wanted !== capacity.desired) {
    const bound =
      wanted === min ? `minimum capacity was set to ${min}` : `maximum capacity was set to ${max}`
    await state.scale(target, wanted, bound)
  }
  return target
}

function tagOperations(state: ScalingState): OperationTable {
  const byArn = (arn: string | undefined): TargetRecord => {
    const target = [...state.targets.values()].find((each) => each.arn === arn)
    if (target === undefined) {
      throw new AwsError('ResourceNotFoundException', `No scalable target found for ${arn ?? ''}`)
    }
    return target
  }
  return {
    TagResource: (input: TagResourceCommandInput) => {
      const target = byArn(input.ResourceARN)
      state.targets.put(keyOf(target), { ...target, tags: { ...target.tags, ...input.Tags } })
      return {}
    },
    UntagResource: (input: UntagResourceCommandInput) => {
      const target = byArn(input.ResourceARN)
      const kept = Object.entries(target.tags).filter(([key]) => !input.TagKeys?.includes(key))
      state.targets.put(keyOf(target), { ...target, tags: Object.fromEntries(kept) })
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput) => ({
      Tags: byArn(input.ResourceARN).tags,
    }),
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
