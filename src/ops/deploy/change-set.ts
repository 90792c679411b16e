import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  ExecuteChangeSetCommand,
  type Parameter,
  type Tag,
} from '@aws-sdk/client-cloudformation'
import { LongshoreError } from '../../base/errors.ts'
import type { Pause } from '../pause.ts'
import { findStack } from '../stacks.ts'
import type { PlannedChange } from './progress.ts'

const LOOK_INTERVAL_MS = 150
/** A stack in one of these has nothing in it that could be updated. */
const EMPTY = new Set(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'])

export interface StackInput {
  readonly stackName: string
  readonly template: string
  readonly parameters: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

export interface ChangeSet {
  readonly stackName: string
  readonly id: string
  readonly type: 'CREATE' | 'UPDATE'
  readonly changes: readonly PlannedChange[]
}

/** Makes a change set and waits for it. Undefined: the stack is already as the template says. */
export async function createChangeSet(
  client: CloudFormationClient,
  input: StackInput,
  context: { name: string; pause: Pause },
): Promise<ChangeSet | undefined> {
  const type = await changeSetType(client, input.stackName)
  const created = await client.send(
    new CreateChangeSetCommand({
      StackName: input.stackName,
      ChangeSetName: context.name,
      ChangeSetType: type,
      TemplateBody: input.template,
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      Parameters: parametersOf(input.parameters),
      Tags: tagsOf(input.tags),
    }),
  )
  const id = created.Id ?? context.name
  const described = await untilReady(client, { stackName: input.stackName, id }, context.pause)
  if (described.Status === 'FAILED') {
    await discard(client, input.stackName, id, type)
    if (isEmpty(described.StatusReason ?? '')) return undefined
    throw new LongshoreError('change-set', described.StatusReason ?? 'the change set failed', {
      place: input.stackName,
      next: 'Look at the template: longshore template.',
    })
  }
  return { stackName: input.stackName, id, type, changes: changesOf(described) }
}

export async function executeChangeSet(
  client: CloudFormationClient,
  changeSet: ChangeSet,
): Promise<void> {
  await client.send(
    new ExecuteChangeSetCommand({ StackName: changeSet.stackName, ChangeSetName: changeSet.id }),
  )
}

async function changeSetType(
  client: CloudFormationClient,
  stackName: string,
): Promise<'CREATE' | 'UPDATE'> {
  const stack = await findStack(client, stackName)
  const status = stack?.StackStatus ?? 'DELETE_COMPLETE'
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') {
    throw new LongshoreError('stack-busy', `${stackName} is being changed (${status})`, {
      place: stackName,
      next: 'Wait for it ("longshore status" shows it), then try again.',
    })
  }
  // What a failed creation leaves behind can only be deleted.
  if (status === 'ROLLBACK_COMPLETE') {
    await client.send(new DeleteStackCommand({ StackName: stackName }))
  }
  return EMPTY.has(status) ? 'CREATE' : 'UPDATE'
}

async function untilReady(
  client: CloudFormationClient,
  { stackName, id }: { stackName: string; id: string },
  pause: Pause,
): Promise<DescribeChangeSetCommandOutput> {
  for (;;) {
    const described = await client.send(
      new DescribeChangeSetCommand({ StackName: stackName, ChangeSetName: id }),
    )
    if (described.Status === 'CREATE_COMPLETE' || described.Status === 'FAILED') return described
    await pause(LOOK_INTERVAL_MS)
  }
}

async function discard(
  client: CloudFormationClient,
  stackName: string,
  id: string,
  type: 'CREATE' | 'UPDATE',
): Promise<void> {
  await client.send(new DeleteChangeSetCommand({ StackName: stackName, ChangeSetName: id }))
  if (type === 'CREATE') await client.send(new DeleteStackCommand({ StackName: stackName }))
}

function changesOf({ Changes }: DescribeChangeSetCommandOutput): PlannedChange[] {
  return (Changes ?? []).flatMap(({ ResourceChange: change }) =>
    change?.Action === undefined
      ? []
      : [
          {
            action: change.Action,
            logicalId: change.LogicalResourceId ?? '',
            type: change.ResourceType ?? '',
            replacement: change.Replacement,
          },
        ],
  )
}

function isEmpty(reason: string): boolean {
  return /didn't contain changes|No updates are to be performed/.test(reason)
}

function parametersOf(parameters: Readonly<Record<string, string>>): Parameter[] {
  return Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }))
}

function tagsOf(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
