import type { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation'
import type { Pause } from '../pause.ts'
import { findStack } from '../stacks.ts'

const LOOK_INTERVAL_MS = 250

export interface StackOutcome {
  readonly succeeded: boolean
  readonly status: string
  /** The events that say what went wrong, in the order in which it did. */
  readonly failures: readonly StackEvent[]
}

export interface Follower {
  readonly onEvent: (event: StackEvent) => void
  readonly pause: Pause
  readonly signal?: AbortSignal
}

/**
 * Follows a stack operation to its end. `readEvents` must have been read once before the operation
 * began, so that only its own events are told.
 */
export async function followStack(
  client: CloudFormationClient,
  stack: { id: string; readEvents: () => Promise<StackEvent[]> },
  { onEvent, pause, signal }: Follower,
): Promise<StackOutcome> {
  const failures: StackEvent[] = []
  for (;;) {
    const current = await findStack(client, stack.id)
    const status = current?.StackStatus ?? 'DELETE_COMPLETE'
    const events = await stack.readEvents()
    for (const event of events) {
      onEvent(event)
      if (isFailure(event)) failures.push(event)
    }
    if (!status.endsWith('_IN_PROGRESS')) {
      return { succeeded: succeeded(status), status, failures }
    }
    await pause(LOOK_INTERVAL_MS, signal)
    signal?.throwIfAborted()
  }
}

function succeeded(status: string): boolean {
  return (
    status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'DELETE_COMPLETE'
  )
}

/** A resource's own failure, not the cancellation of its neighbours that follows. */
function isFailure({ ResourceStatus, ResourceStatusReason }: StackEvent): boolean {
  return (
    ResourceStatus?.endsWith('_FAILED') === true &&
    ResourceStatusReason !== 'Resource creation cancelled' &&
    ResourceStatusReason !== 'Resource update cancelled'
  )
}
