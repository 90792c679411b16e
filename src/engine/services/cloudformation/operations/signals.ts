import type { SignalResourceCommandInput } from '@aws-sdk/client-cloudformation'
import { withState } from './with-state.ts'
import type { Call, OperationTable } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { validationError } from '../errors.ts'
import { needStack } from './find-stack.ts'

export function signalOperations(state: CloudformationState): OperationTable {
  return withState(state, { SignalResource: signalResource })
}

async function signalResource(
  state: CloudformationState,
  input: SignalResourceCommandInput,
  call: Call,
): Promise<object> {
  const { stackId, stackName } = needStack(state.records, call.region, input.StackName)
  const { LogicalResourceId: logicalId = '', UniqueId: uniqueId = '', Status: status } = input
  const record = state.records.resources.get(stackId, logicalId)
  if (record === undefined)
    throw validationError(`Resource ${logicalId} does not exist for stack ${stackName}`)
  if (!record.status.endsWith('_IN_PROGRESS'))
    throw validationError(
      `Resource ${logicalId} is in ${record.status} state and cannot be signaled`,
    )
  if (status !== 'SUCCESS' && status !== 'FAILURE')
    throw validationError(
      `1 validation error detected: Value '${status}' at 'status' failed to satisfy ` +
        'constraint: Member must satisfy enum value set: [SUCCESS, FAILURE]',
    )
  const isKnown = state.records.signals.get(stackId, `${logicalId}/${uniqueId}`) !== undefined
  if (isKnown) return {}
  state.records.resourceEvent(stackId, {
    logicalId,
    type: record.type,
    physicalId: record.physicalId,
    status: record.status,
    reason: `Received ${status} signal with UniqueId ${uniqueId}`,
  })
  state.records.signals.put({ stackId, logicalId, uniqueId, status, at: state.engine.clock.now() })
  return {}
}
