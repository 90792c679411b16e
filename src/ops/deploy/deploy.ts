import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { LongshoreError } from '../../base/errors.ts'
import type { Template } from '../../template/template.ts'
import type { Connection } from '../connection.ts'
import type { Pause } from '../pause.ts'
import { stackEventReader } from '../stack-events.ts'
import { type ChangeSet, createChangeSet, executeChangeSet, type StackInput } from './change-set.ts'
import { followStack, type StackOutcome } from './follow-stack.ts'
import { oneOffRunner } from './one-offs.ts'
import { type OnProgress, step } from './progress.ts'
import { taskWatcher } from './task-watcher.ts'

export interface StackDeployment {
  readonly connection: Connection
  readonly system: string
  readonly environment: string
  readonly stackName: string
  readonly template: Template
  readonly parameters: Readonly<Record<string, string>>
  /** Marks the stacks that hold repositories alone. */
  readonly role?: 'registry'
}

export interface DeployContext {
  readonly onProgress: OnProgress
  readonly pause: Pause
  /** Names the change set; unique for each attempt. */
  readonly changeSetName: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Brings a stack to what its template says: one change set, applied, watched to its end. One-off
 * commands run when the stack reaches their wait condition. Resolves to false when nothing had to
 * change; rejects with the reasons when CloudFormation put everything back.
 */
export async function deployStack(
  deployment: StackDeployment,
  context: DeployContext,
): Promise<boolean> {
  const client = await deployment.connection.cloudformation()
  const changeSet = await step(context.onProgress, `plan ${deployment.stackName}`, () =>
    createChangeSet(client, stackInput(deployment), {
      name: context.changeSetName,
      pause: context.pause,
    }),
  )
  if (changeSet === undefined) return false
  for (const change of changeSet.changes) context.onProgress({ kind: 'change', change })
  const outcome = await step(context.onProgress, `apply ${deployment.stackName}`, () =>
    apply(client, changeSet, { deployment, context }),
  )
  if (!outcome.succeeded) throw deployFailure(deployment.stackName, outcome)
  return true
}

async function apply(
  client: CloudFormationClient,
  changeSet: ChangeSet,
  { deployment, context }: { deployment: StackDeployment; context: DeployContext },
): Promise<StackOutcome> {
  const readEvents = stackEventReader(client, changeSet.stackName)
  await readEvents()
  const oneOffs = oneOffRunner(deployment, context)
  const watcher = taskWatcher(deployment, context)
  await executeChangeSet(client, changeSet)
  try {
    return await followStack(
      client,
      { id: changeSet.stackName, readEvents },
      {
        pause: context.pause,
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        onEvent: (event) => {
          context.onProgress({ kind: 'resource', event })
          oneOffs.onEvent(event)
          watcher.onEvent(event)
        },
      },
    )
  } finally {
    await watcher.stop()
    await oneOffs.settled()
  }
}

function stackInput(deployment: StackDeployment): StackInput {
  return {
    stackName: deployment.stackName,
    template: JSON.stringify(deployment.template),
    parameters: deployment.parameters,
    tags: {
      'longshore:system': deployment.system,
      'longshore:environment': deployment.environment,
      ...(deployment.role === undefined ? {} : { 'longshore:role': deployment.role }),
    },
  }
}

function deployFailure(stackName: string, { status, failures }: StackOutcome): LongshoreError {
  const reasons = failures
    .filter(({ LogicalResourceId }) => LogicalResourceId !== stackName)
    .map(
      ({ LogicalResourceId, ResourceStatusReason }) =>
        `${LogicalResourceId ?? ''}: ${ResourceStatusReason ?? ''}`,
    )
  return new LongshoreError(
    'deploy-failed',
    `${stackName} was not changed: CloudFormation put everything back (${status})`,
    {
      place: reasons.join('\n         ') || stackName,
      next: 'See "longshore events" and "longshore logs" for what the tasks did.',
    },
  )
}
