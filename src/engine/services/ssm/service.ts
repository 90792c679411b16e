import { changeParameterOperations } from './operations/change-parameters.ts'
import { putParameterOperations } from './operations/put-parameter.ts'
import { readParameterOperations } from './operations/read-parameters.ts'
import { SsmState } from './ssm-state.ts'
import type { EngineContext, Service } from '../service.ts'

/** The Parameter Store of AWS Systems Manager. */
export function createSsm(context: EngineContext): Service {
  const state = new SsmState(context)
  return {
    name: 'ssm',
    operations: {
      ...putParameterOperations(state),
      ...readParameterOperations(state),
      ...changeParameterOperations(state),
    },
  }
}
