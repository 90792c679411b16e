import { DeleteStackCommand } from '@aws-sdk/client-cloudformation'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import { followStack } from './deploy/follow-stack.ts'
import { type OnProgress, step } from './deploy/progress.ts'
import { stackNameOf } from './deployed-system.ts'
import type { Pause } from './pause.ts'
import { stackEventReader } from './stack-events.ts'
import { findStack } from './stacks.ts'

export interface Destruction {
  readonly connection: Connection
  readonly system: string
  readonly environment: string
  readonly onProgress: OnProgress
  readonly pause: Pause
}

/** Deletes a system's stacks. Resolves to the names of those that there were. */
export async function destroySystem(destruction: Destruction): Promise<string[]> {
  const name = stackNameOf(destruction.system, destruction.environment)
  const deleted: string[] = []
  // The repositories last: running tasks are made of their images.
  for (const stackName of [name, `${name}-registry`]) {
    if (await deleteStack(stackName, destruction)) deleted.push(stackName)
  }
  return deleted
}

async function deleteStack(
  stackName: string,
  { connection, onProgress, pause }: Destruction,
): Promise<boolean> {
  const client = await connection.cloudformation()
  const stack = await findStack(client, stackName)
  if (stack?.StackId === undefined) return false
  const id = stack.StackId
  const readEvents = stackEventReader(client, id)
  await readEvents()
  const outcome = await step(onProgress, `delete ${stackName}`, async () => {
    await client.send(new DeleteStackCommand({ StackName: id }))
    return followStack(
      client,
      { id, readEvents },
      { pause, onEvent: (event) => onProgress({ kind: 'resource', event }) },
    )
  })
  if (outcome.succeeded) return true
  const reasons = outcome.failures.map(
    ({ LogicalResourceId, ResourceStatusReason }) =>
      `${LogicalResourceId ?? ''}: ${ResourceStatusReason ?? ''}`,
  )
  throw new LongshoreError(
    'delete-failed',
    `${stackName} could not be deleted (${outcome.status})`,
    {
      place: reasons.join('\n         ') || stackName,
      next: 'Remove what holds it, then try again.',
    },
  )
}
