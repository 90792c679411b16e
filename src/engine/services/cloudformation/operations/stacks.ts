import type {
  CancelUpdateStackCommandInput,
  ContinueUpdateRollbackCommandInput,
  CreateStackCommandInput,
  CreateStackCommandOutput,
  DeleteStackCommandInput,
  RollbackStackCommandInput,
  RollbackStackCommandOutput,
  UpdateStackCommandInput,
  UpdateStackCommandOutput,
  UpdateTerminationProtectionCommandInput,
  UpdateTerminationProtectionCommandOutput,
} from '@aws-sdk/client-cloudformation'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { validationError } from '../errors.ts'
import { importersOf } from '../execute/stack-outputs.ts'
import { hasUpdates, previewUpdate } from '../plan/preview-update.ts'
import type { OnFailure, OperationRecord, StackRecord } from '../records.ts'
import { findStack, needIdle, needStack } from './find-stack.ts'
import { stackDefinition } from './stack-definition.ts'

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/

export function stackOperations(state: CloudformationState): OperationTable {
  return withState(state, {
    CreateStack: createStack,
    UpdateStack: updateStack,
    DeleteStack: deleteStack,
    CancelUpdateStack: cancelUpdateStack,
    ContinueUpdateRollback: continueUpdateRollback,
    RollbackStack: rollbackStack,
    UpdateTerminationProtection: updateTerminationProtection,
  })
}

async function createStack(
  state: CloudformationState,
  input: CreateStackCommandInput,
  call: Call,
): Promise<Output<CreateStackCommandOutput>> {
  const stackName = checkNewName(state, call.region, input.StackName)
  const stack = newStack(state, call.region, stackName)
  const definition = await stackDefinition(state.engine, state.records, stack, {
    input,
    previous: undefined,
  })
  if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
    throw validationError('You can specify either DisableRollback or OnFailure, but not both.')
  const timeoutMinutes = input.TimeoutInMinutes
  const onFailure = input.OnFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK')
  state.records.putStack({
    ...stack,
    definition,
    timeoutMinutes,
    roleArn: input.RoleARN,
    disableRollback: onFailure === 'DO_NOTHING',
    terminationProtection: input.EnableTerminationProtection ?? false,
  })
  state.begin(stack.stackId, 'CREATE_IN_PROGRESS', {
    ...operation('create', input.ClientRequestToken),
    onFailure,
    express: input.DeploymentConfig?.Mode === 'EXPRESS',
    deadline:
      timeoutMinutes === undefined
        ? undefined
        : state.engine.clock.now() + state.engine.clock.real(timeoutMinutes * 60_000),
  })
  return { StackId: stack.stackId }
}

async function updateStack(
  state: CloudformationState,
  input: UpdateStackCommandInput,
  call: Call,
): Promise<Output<UpdateStackCommandOutput>> {
  const stack = findStack(state.records, call.region, input.StackName)
  if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS')
    throw validationError(`Stack [${input.StackName}] does not exist`)
  needIdle(stack)
  const previous = stack.definition
  const definition = await stackDefinition(state.engine, state.records, stack, { input, previous })
  const preview = await previewUpdate(state.engine, state.records, { stack, definition })
  if (!hasUpdates(preview) && stack.status !== 'UPDATE_FAILED')
    throw validationError('No updates are to be performed.')
  state.beginUpdate(stack, definition, {
    ...operation('update', input.ClientRequestToken),
    onFailure: input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK',
    express: input.DeploymentConfig?.Mode === 'EXPRESS',
  })
  return { StackId: stack.stackId }
}

async function deleteStack(
  state: CloudformationState,
  input: DeleteStackCommandInput,
  call: Call,
): Promise<object> {
  const stack = findStack(state.records, call.region, input.StackName)
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {}
  if (stack.status === 'DELETE_IN_PROGRESS') return {}
  checkDeletable(state, stack, input.RetainResources ?? [])
  for (const { changeSetId } of state.records.changeSets.of(stack.stackId))
    state.records.changeSets.delete(stack.stackId, changeSetId)
  state.begin(stack.stackId, 'DELETE_IN_PROGRESS', {
    ...operation('delete', input.ClientRequestToken),
    phase: 'delete',
    spared: input.RetainResources ?? [],
  })
  if (stack.operation !== undefined) state.driver.cancel(stack.stackId)
  return {}
}

async function cancelUpdateStack(
  state: CloudformationState,
  input: CancelUpdateStackCommandInput,
  call: Call,
) {
  const stack = needStack(state.records, call.region, input.StackName)
  const { operation: current } = stack
  if (stack.status !== 'UPDATE_IN_PROGRESS' || current === undefined)
    throw validationError('CancelUpdateStack cannot be called from current stack status')
  state.records.patchStack(stack.stackId, { operation: { ...current, cancelled: true } })
  state.driver.cancel(stack.stackId)
  return {}
}

async function continueUpdateRollback(
  state: CloudformationState,
  input: ContinueUpdateRollbackCommandInput,
  call: Call,
) {
  const stack = needStack(state.records, call.region, input.StackName)
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
    throw validationError(
      `Stack:${stack.stackId} is in ${stack.status} state and can not continue update rollback.`,
    )
  state.begin(stack.stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', {
    ...operation('update', input.ClientRequestToken),
    phase: 'restore',
    spared: input.ResourcesToSkip ?? [],
  })
  return {}
}

async function rollbackStack(
  state: CloudformationState,
  input: RollbackStackCommandInput,
  call: Call,
): Promise<Output<RollbackStackCommandOutput>> {
  const { stackId, status } = needStack(state.records, call.region, input.StackName)
  const token = input.ClientRequestToken
  if (status === 'CREATE_FAILED')
    state.begin(stackId, 'ROLLBACK_IN_PROGRESS', {
      ...operation('create', token),
      phase: 'undo',
    })
  else if (status === 'UPDATE_FAILED')
    state.begin(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', {
      ...operation('update', token),
      phase: 'restore',
    })
  else throw validationError(`Stack:${stackId} is in ${status} state and can not be rolled back.`)
  return { StackId: stackId }
}

async function updateTerminationProtection(
  state: CloudformationState,
  input: UpdateTerminationProtectionCommandInput,
  call: Call,
): Promise<Output<UpdateTerminationProtectionCommandOutput>> {
  const { stackId } = needStack(state.records, call.region, input.StackName)
  state.records.patchStack(stackId, {
    terminationProtection: input.EnableTerminationProtection === true,
  })
  return { StackId: stackId }
}

/** The record of an operation that begins by applying the stack's definition. */
export function operation(
  kind: OperationRecord['kind'],
  token: string | undefined,
): OperationRecord {
  const onFailure: OnFailure = 'ROLLBACK'
  return {
    kind,
    phase: 'apply',
    token,
    onFailure,
    cancelled: false,
    deadline: undefined,
    spared: [],
    express: false,
  }
}

/** Refuses a name that is malformed or in use. */
export function checkNewName(
  { records }: CloudformationState,
  region: string,
  name: string | undefined,
): string {
  if (name === undefined || !STACK_NAME.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy ` +
        'constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
    )
  if (findStack(records, region, name) !== undefined)
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`)
  return name
}

/** A stack that has nothing yet. */
export function newStack(
  { engine, records }: CloudformationState,
  region: string,
  stackName: string,
): StackRecord {
  const id = records.newId()
  return {
    stackId: `arn:aws:cloudformation:${region}:${engine.accountId}:stack/${stackName}/${id}`,
    stackName,
    region,
    status: 'REVIEW_IN_PROGRESS',
    statusReason: undefined,
    creationTime: engine.clock.now(),
    lastUpdatedTime: undefined,
    deletionTime: undefined,
    definition: {
      templateBody: '',
      parameters: {},
      noEcho: [],
      resolved: {},
      tags: [],
      capabilities: [],
      notificationArns: [],
    },
    outputs: [],
    imports: [],
    description: undefined,
    roleArn: undefined,
    disableRollback: false,
    timeoutMinutes: undefined,
    terminationProtection: false,
    changeSetId: undefined,
    parentId: undefined,
    operation: undefined,
    previous: undefined,
  }
}

function checkDeletable(
  { records }: CloudformationState,
  stack: StackRecord,
  retained: readonly string[],
): void {
  if (stack.terminationProtection)
    throw validationError(
      `Stack [${stack.stackName}] cannot be deleted while TerminationProtection is enabled`,
    )
  if (stack.operation !== undefined && stack.operation.kind !== 'create')
    throw validationError(
      `Stack [${stack.stackId}] cannot be deleted while in status ${stack.status}`,
    )
  if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
    throw validationError(
      `Invalid operation on stack [${stack.stackId}]. The stack must be in DELETE_FAILED ` +
        'state in order to retain resources',
    )
  const others = [...records.stacks.values()].filter(
    ({ region, stackId }) => region === stack.region && stackId !== stack.stackId,
  )
  for (const { exportName } of stack.outputs) {
    const users = exportName === undefined ? [] : importersOf(exportName, others)
    if (users.length > 0)
      throw validationError(
        `Export ${exportName} cannot be deleted as it is in use by ${users.join(' and ')}`,
      )
  }
}
