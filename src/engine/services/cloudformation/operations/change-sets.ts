import type {
  Capability,
  Change,
  ChangeSetStatus,
  CreateChangeSetCommandInput,
  CreateChangeSetCommandOutput,
  DeleteChangeSetCommandInput,
  DescribeChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
  ExecuteChangeSetCommandInput,
  ExecutionStatus,
  ListChangeSetsCommandInput,
  ListChangeSetsCommandOutput,
  ResourceChange,
} from '@aws-sdk/client-cloudformation'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { noSuchChangeSet, notSupported, validationError } from '../errors.ts'
import { hasUpdates, previewUpdate } from '../plan/preview-update.ts'
import type { ChangeSetRecord, StackRecord } from '../records.ts'
import { findStack, needIdle, needStack } from './find-stack.ts'
import { pageOf } from './page.ts'
import { stackDefinition } from './stack-definition.ts'
import { shownParameters } from './stack-views.ts'
import { checkNewName, newStack, operation } from './stacks.ts'

const PAGE = 100
const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/
const NO_CHANGES =
  "The submitted information didn't contain changes. " +
  'Submit different information to create a change set.'

export function changeSetOperations(state: CloudformationState): OperationTable {
  return withState(state, {
    CreateChangeSet: createChangeSet,
    DescribeChangeSet: describeChangeSet,
    ExecuteChangeSet: executeChangeSet,
    DeleteChangeSet: deleteChangeSet,
    ListChangeSets: listChangeSets,
  })
}

async function createChangeSet(
  state: CloudformationState,
  input: CreateChangeSetCommandInput,
  call: Call,
): Promise<Output<CreateChangeSetCommandOutput>> {
  const type = input.ChangeSetType ?? 'UPDATE'
  if (type === 'IMPORT' || input.ImportExistingResources === true)
    throw notSupported('Importing existing resources')
  const name = input.ChangeSetName ?? ''
  if (!NAME.test(name)) throw malformedName(name)
  const { stack, isNew } = targetStack(state, call.region, input)
  if (state.records.changeSets.of(stack.stackId).some((other) => other.name === name))
    throw new AwsError(
      'AlreadyExistsException',
      `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Template`,
    )
  const previous = stack.status === 'REVIEW_IN_PROGRESS' ? undefined : stack.definition
  const definition = await stackDefinition(state.engine, state.records, stack, { input, previous })
  const preview = await previewUpdate(state.engine, state.records, { stack, definition })
  if (isNew) {
    state.records.putStack(stack)
    state.records.setStackStatus(stack.stackId, 'REVIEW_IN_PROGRESS', 'User Initiated')
  }
  const isUseful = hasUpdates(preview)
  const changeSetId =
    `arn:aws:cloudformation:${call.region}:${state.engine.accountId}:changeSet/` +
    `${name}/${state.records.newId()}`
  state.records.changeSets.put({
    changeSetId,
    name,
    stackId: stack.stackId,
    type,
    description: input.Description,
    definition,
    status: isUseful ? 'CREATE_COMPLETE' : 'FAILED',
    statusReason: isUseful ? undefined : NO_CHANGES,
    executionStatus: isUseful ? 'AVAILABLE' : 'UNAVAILABLE',
    creationTime: state.engine.clock.now(),
    onFailure: input.OnStackFailure,
    express: input.DeploymentConfig?.Mode === 'EXPRESS',
    changes: preview.changes,
    roleArn: input.RoleARN,
  })
  return { Id: changeSetId, StackId: stack.stackId }
}

async function describeChangeSet(
  state: CloudformationState,
  input: DescribeChangeSetCommandInput,
  call: Call,
): Promise<Output<DescribeChangeSetCommandOutput>> {
  const found = needChangeSet(state, call.region, input)
  const { stackName } = state.records.stack(found.stackId)
  const { items, ...next } = pageOf(found.changes as ResourceChange[], input.NextToken, PAGE)
  return {
    ...next,
    ChangeSetName: found.name,
    ChangeSetId: found.changeSetId,
    StackId: found.stackId,
    StackName: stackName,
    ...(found.description === undefined ? {} : { Description: found.description }),
    Parameters: shownParameters(found.definition),
    CreationTime: new Date(found.creationTime),
    Status: found.status as ChangeSetStatus,
    ...(found.statusReason === undefined ? {} : { StatusReason: found.statusReason }),
    ExecutionStatus: found.executionStatus as ExecutionStatus,
    NotificationARNs: [...found.definition.notificationArns],
    RollbackConfiguration: {},
    Capabilities: found.definition.capabilities as Capability[],
    Tags: found.definition.tags.map((tag) => ({ ...tag })),
    Changes: items.map((change) => shownChange(change, input.IncludePropertyValues === true)),
    IncludeNestedStacks: false,
    ...(found.onFailure === undefined ? {} : { OnStackFailure: found.onFailure }),
  }
}

async function executeChangeSet(
  state: CloudformationState,
  input: ExecuteChangeSetCommandInput,
  call: Call,
) {
  const found = needChangeSet(state, call.region, input)
  if (found.executionStatus !== 'AVAILABLE')
    throw new AwsError(
      'InvalidChangeSetStatus',
      `ChangeSet [${found.changeSetId}] cannot be executed in its current status of ` +
        `[${found.status}]`,
    )
  const stack = state.records.stack(found.stackId)
  if (stack.status !== 'REVIEW_IN_PROGRESS') needIdle(stack)
  for (const other of state.records.changeSets.of(stack.stackId))
    if (other.changeSetId !== found.changeSetId)
      state.records.changeSets.delete(stack.stackId, other.changeSetId)
  state.records.changeSets.put({ ...found, executionStatus: 'EXECUTE_COMPLETE' })
  execute(state, stack, found, input)
  return {}
}

function execute(
  state: CloudformationState,
  stack: StackRecord,
  changeSet: ChangeSetRecord,
  input: ExecuteChangeSetCommandInput,
): void {
  const { definition, changeSetId, roleArn, express } = changeSet
  const disabled = input.DisableRollback === true
  const onFailure = changeSet.onFailure ?? (disabled ? 'DO_NOTHING' : 'ROLLBACK')
  const target = state.records.patchStack(stack.stackId, {
    changeSetId,
    roleArn,
    disableRollback: disabled,
  })
  const token = input.ClientRequestToken
  if (stack.status !== 'REVIEW_IN_PROGRESS') {
    state.beginUpdate(target, definition, {
      ...operation('update', token),
      onFailure: onFailure === 'DELETE' ? 'ROLLBACK' : onFailure,
      express,
    })
    return
  }
  state.records.patchStack(stack.stackId, { definition })
  state.begin(stack.stackId, 'CREATE_IN_PROGRESS', {
    ...operation('create', token),
    onFailure,
    express,
  })
}

async function deleteChangeSet(
  state: CloudformationState,
  input: DeleteChangeSetCommandInput,
  call: Call,
) {
  const found = findChangeSet(state, call.region, input)
  if (found !== undefined) state.records.changeSets.delete(found.stackId, found.changeSetId)
  return {}
}

async function listChangeSets(
  state: CloudformationState,
  input: ListChangeSetsCommandInput,
  call: Call,
): Promise<Output<ListChangeSetsCommandOutput>> {
  const stack = needStack(state.records, call.region, input.StackName)
  const { items, ...next } = pageOf(
    state.records.changeSets.of(stack.stackId),
    input.NextToken,
    PAGE,
  )
  const summaries = items.map((found) => ({
    StackId: found.stackId,
    StackName: stack.stackName,
    ChangeSetId: found.changeSetId,
    ChangeSetName: found.name,
    ExecutionStatus: found.executionStatus as ExecutionStatus,
    Status: found.status as ChangeSetStatus,
    ...(found.statusReason === undefined ? {} : { StatusReason: found.statusReason }),
    CreationTime: new Date(found.creationTime),
    ...(found.description === undefined ? {} : { Description: found.description }),
  }))
  return { Summaries: summaries, ...next }
}

/** The stack that a change set is for; a CREATE change set makes one under review. */
function targetStack(
  state: CloudformationState,
  region: string,
  input: CreateChangeSetCommandInput,
): { stack: StackRecord; isNew: boolean } {
  const found = findStack(state.records, region, input.StackName)
  if (input.ChangeSetType === 'CREATE') {
    if (found?.status === 'REVIEW_IN_PROGRESS') return { stack: found, isNew: false }
    if (found !== undefined)
      throw validationError(
        `Stack [${found.stackName}] already exists and cannot be created again with the ` +
          `changeSet [${input.ChangeSetName}].`,
      )
    const name = checkNewName(state, region, input.StackName)
    return { stack: newStack(state, region, name), isNew: true }
  }
  if (found === undefined) throw validationError(`Stack [${input.StackName}] does not exist`)
  needIdle(found)
  return { stack: found, isNew: false }
}

export function findChangeSet(
  { records }: CloudformationState,
  region: string,
  input: { ChangeSetName?: string | undefined; StackName?: string | undefined },
): ChangeSetRecord | undefined {
  const name = input.ChangeSetName ?? ''
  if (name.startsWith('arn:'))
    return [...records.stacks.values()]
      .flatMap(({ stackId }) => records.changeSets.of(stackId))
      .find(({ changeSetId }) => changeSetId === name)
  const stack = needStack(records, region, input.StackName)
  return records.changeSets.of(stack.stackId).find((found) => found.name === name)
}

function needChangeSet(...args: Parameters<typeof findChangeSet>): ChangeSetRecord {
  const found = findChangeSet(...args)
  if (found === undefined) throw noSuchChangeSet(args[2].ChangeSetName ?? '')
  return found
}

/** A change as it is shown: values of properties only when they were asked for. */
function shownChange(change: ResourceChange, withValues: boolean): Change {
  if (withValues) return { Type: 'Resource', ResourceChange: change }
  const { BeforeContext: _before, AfterContext: _after, ...rest } = change
  return {
    Type: 'Resource',
    ResourceChange: {
      ...rest,
      Details: (change.Details ?? []).map((detail) => {
        const {
          BeforeValue: _b,
          AfterValue: _a,
          Path: _p,
          AttributeChangeType: _t,
          ...target
        } = detail.Target ?? {}
        return { ...detail, Target: target }
      }),
    },
  }
}

function malformedName(name: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy ` +
      'constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
  )
}
