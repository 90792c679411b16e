import type { SignalResourceCommandInput } from '@aws-sdk/client-cloudformation'
import type { Call, OperationTable } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { validationError } from '../errors.ts'
import { needStack } from './find-stack.ts'

export function signalOperations({ engine, records }: CloudformationState): OperationTable {
  async function signalResource(input: SignalResourceCommandInput, call: Call): Promise<object> {
    const { stackId, stackName } = needStack(records, call.region, input.StackName)
    const { LogicalResourceId: logicalId = '', UniqueId: uniqueId = '', Status: status } = input
    const record = records.resources.get(stackId, logicalId)
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
    const isKnown = records.signals.get(stackId, `${logicalId}/${uniqueId}`) !== undefined
    if (isKnown) return {}
    records.resourceEvent(stackId, {
      logicalId,
      type: record.type,
      physicalId: record.physicalId,
      status: record.status,
      reason: `Received ${status} signal with UniqueId ${uniqueId}`,
    })
    records.signals.put({ stackId, logicalId, uniqueId, status, at: engine.clock.now() })
    return {}
  }
  return { SignalResource: signalResource }
}
