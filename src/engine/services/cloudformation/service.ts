import { CloudformationState } from './cloudformation-state.ts'
import { changeSetOperations } from './operations/change-sets.ts'
import { describeOperations } from './operations/describe.ts'
import { signalOperations } from './operations/signals.ts'
import { stackOperations } from './operations/stacks.ts'
import { templateOperations } from './operations/templates.ts'
import type { EngineContext, Service } from '../service.ts'

/** AWS CloudFormation: stacks and change sets over the engine's other services. */
export function createCloudformation(context: EngineContext): Service {
  const state = new CloudformationState(context)
  return {
    name: 'cloudformation',
    operations: {
      ...stackOperations(state),
      ...changeSetOperations(state),
      ...describeOperations(state),
      ...templateOperations(state),
      ...signalOperations(state),
    },
    start: async () => state.driver.resumeAll(),
    stop: () => state.driver.stop(),
  }
}
