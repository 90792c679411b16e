import type { PolicyRecord } from '../records.ts'
import { keyOf, type ScalingState } from '../scaling-state.ts'

/** A15: a policy's alarms go with it. */
export async function deletePolicy(state: ScalingState, policy: PolicyRecord): Promise<void> {
  if (policy.alarms.length > 0) {
    const names = policy.alarms.map(({ name }) => name)
    await state.context.calls(policy.region).cloudwatch.deleteAlarms({ AlarmNames: names })
  }
  state.policies.delete(`${keyOf(policy)}/${policy.name}`)
}
