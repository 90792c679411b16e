import type {
  DeleteScalingPolicyCommandInput,
  DescribeScalingPoliciesCommandInput,
  DescribeScalingPoliciesCommandOutput,
  PutScalingPolicyCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import { AwsError } from '../../../aws-error.ts'
import { uuid } from '../../../random.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { trackingAlarms } from '../policy/tracking-alarms.ts'
import type { PolicyRecord } from '../records.ts'
import { keyOf, scalableOf, type ScalingState } from '../scaling-state.ts'
import { deletePolicy } from '../policy/delete-policy.ts'
import { noTarget } from '../no-target.ts'

export function policyOperations(state: ScalingState): OperationTable {
  return {
    PutScalingPolicy: async (input: PutScalingPolicyCommandInput, call: Call) => {
      const policy = await put(state, input, call)
      return {
        PolicyARN: policy.arn,
        Alarms: policy.alarms.map(({ name, arn }) => ({ AlarmName: name, AlarmARN: arn })),
      }
    },

    DeleteScalingPolicy: async (input: DeleteScalingPolicyCommandInput, call: Call) => {
      const policy = state.policies.get(
        `${keyOf(scalableOf(input, call))}/${input.PolicyName ?? ''}`,
      )
      if (policy === undefined) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for service namespace: ${input.ServiceNamespace ?? ''}, ` +
            `resource ID: ${input.ResourceId ?? ''}, scalable dimension: ` +
            `${input.ScalableDimension ?? ''}: ${input.PolicyName ?? ''}`,
        )
      }
      await deletePolicy(state, policy)
      return {}
    },

    DescribeScalingPolicies: (
      input: DescribeScalingPoliciesCommandInput,
      call: Call,
    ): Output<DescribeScalingPoliciesCommandOutput> => ({
      ScalingPolicies: [...state.policies.values()]
        .filter(
          ({ region, namespace }) => region === call.region && namespace === input.ServiceNamespace,
        )
        .filter(({ resourceId }) => (input.ResourceId ?? resourceId) === resourceId)
        .filter(({ name }) => input.PolicyNames?.includes(name) ?? true)
        .map((policy) => ({
          PolicyARN: policy.arn,
          PolicyName: policy.name,
          ServiceNamespace: policy.namespace,
          ResourceId: policy.resourceId,
          ScalableDimension: policy.dimension,
          PolicyType: policy.tracking === undefined ? 'StepScaling' : 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: policy.tracking,
          StepScalingPolicyConfiguration: policy.step,
          Alarms: policy.alarms.map(({ name, arn }) => ({ AlarmName: name, AlarmARN: arn })),
          CreationTime: new Date(policy.createdAt),
        })),
    }),
  }
}

async function put(
  state: ScalingState,
  input: PutScalingPolicyCommandInput,
  call: Call,
): Promise<PolicyRecord> {
  const scalable = scalableOf(input, call)
  const target = state.target(scalable)
  if (target === undefined) throw noTarget(input)
  const tracking = input.TargetTrackingScalingPolicyConfiguration
  const step = input.StepScalingPolicyConfiguration
  const type = input.PolicyType ?? 'StepScaling'
  if ((type === 'TargetTrackingScaling') !== (tracking !== undefined)) {
    throw new AwsError(
      'ValidationException',
      `The configuration does not match policy type ${type}`,
    )
  }
  if (type === 'PredictiveScaling') {
    throw new AwsError('ValidationException', 'The engine does not have predictive scaling yet.')
  }
  const name = input.PolicyName ?? ''
  const key = `${keyOf(scalable)}/${name}`
  const known = state.policies.get(key)
  const arn =
    known?.arn ??
    `arn:aws:autoscaling:${call.region}:${call.accountId}:scalingPolicy:` +
      `${uuid(state.context.random)}:resource/ecs/${scalable.resourceId}:policyName/${name}`
  const policy: PolicyRecord = {
    region: call.region,
    name,
    arn,
    namespace: target.namespace,
    resourceId: target.resourceId,
    dimension: target.dimension,
    createdAt: known?.createdAt ?? state.context.clock.now(),
    tracking,
    step,
    alarms: known?.alarms ?? [],
    lastOut: known?.lastOut,
    lastIn: known?.lastIn,
  }
  const alarms = tracking === undefined ? [] : await putAlarms(state, policy, tracking)
  const stored = { ...policy, alarms }
  state.policies.put(key, stored)
  return stored
}

async function putAlarms(
  state: ScalingState,
  policy: PolicyRecord,
  tracking: NonNullable<PolicyRecord['tracking']>,
): Promise<PolicyRecord['alarms']> {
  const { cloudwatch } = state.context.calls(policy.region)
  const ids = policy.alarms.map(({ name }) => name.slice(-36))
  const alarms = trackingAlarms(policy, tracking, {
    high: ids[0] ?? uuid(state.context.random),
    low: ids[1] ?? uuid(state.context.random),
  })
  const gone = policy.alarms.filter(({ name }) => !alarms.some((a) => a.AlarmName === name))
  if (gone.length > 0) await cloudwatch.deleteAlarms({ AlarmNames: gone.map(({ name }) => name) })
  for (const alarm of alarms) await cloudwatch.putMetricAlarm(alarm)
  return alarms.map(({ AlarmName = '' }) => ({
    name: AlarmName,
    arn: `arn:aws:cloudwatch:${policy.region}:${state.context.accountId}:alarm:${AlarmName}`,
  }))
}
