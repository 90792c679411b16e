import type { EngineContext, Service } from '../service.ts'
import { policyOperations } from './operations/policies.ts'
import { targetOperations } from './operations/targets.ts'
import { Scaler } from './scaler.ts'
import { ScalingState } from './scaling-state.ts'

/** Application Auto Scaling, for ECS services. */
export function createApplicationAutoscaling(context: EngineContext): Service {
  const state = new ScalingState(context)
  const scaler = new Scaler(state)
  return {
    name: 'application-autoscaling',
    operations: { ...targetOperations(state), ...policyOperations(state) },
    start: async () => scaler.start(),
    stop: () => scaler.stop(),
  }
}
