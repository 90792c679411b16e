import { isGone, isStillUsed, resourceFailureReason } from './failure-reason.ts'
import type { StackContext } from './stack-context.ts'
import { existingRequest, resourceRequest } from './stack-context.ts'
import type { StackRecords } from './stack-records.ts'
import type { ResourceState } from '../records.ts'
import type { ResourceHandlers } from '../resources/registry.ts'
import type { DeletionPolicy } from '../template/template.ts'

/** How long a deletion waits for others to let go, in engine time and at least in real time. */
const PATIENCE_MS = 15 * 60_000
const PATIENCE_REAL_MS = 20_000
const RETRY_REAL_MS = 200

export interface Removal {
  readonly logicalId: string
  readonly state: ResourceState
  readonly policy: DeletionPolicy
  /** The record may not know of what an interrupted creation made. */
  readonly mayExist: boolean
}

/** Deletes one physical resource and says what happened to it through `report`. */
export async function removeResource(
  records: StackRecords,
  handlers: ResourceHandlers,
  context: StackContext,
  removal: Removal & { report: (status: string, reason?: string) => void },
): Promise<boolean> {
  const { state, report } = removal
  if (removal.policy === 'Retain' || removal.policy === 'RetainExceptOnCreate') {
    report('DELETE_SKIPPED')
    return true
  }
  const physicalId = state.physicalId ?? (await findPhysical(handlers, context, removal))
  if (physicalId !== undefined) {
    report('DELETE_IN_PROGRESS')
    try {
      await deletePhysical(handlers, context, { ...removal, physicalId })
    } catch (error) {
      if (context.signal.aborted) throw error
      const reason = resourceFailureReason(error, state.type, () => records.newId())
      report('DELETE_FAILED', reason)
      return false
    }
  }
  report('DELETE_COMPLETE')
  return true
}

async function findPhysical(
  handlers: ResourceHandlers,
  context: StackContext,
  { logicalId, state, mayExist }: Removal,
): Promise<string | undefined> {
  if (!mayExist) return undefined
  const found = await handlers
    .get(state.type)
    ?.find?.(resourceRequest(context, { ...state, logicalId }))
    .catch(() => undefined)
  return found?.physicalId
}

async function deletePhysical(
  handlers: ResourceHandlers,
  context: StackContext,
  { logicalId, state, policy, physicalId }: Removal & { physicalId: string },
): Promise<void> {
  const { clock } = context.engine
  const handler = handlers.get(state.type)
  if (handler === undefined) return
  const request = existingRequest(
    resourceRequest(context, {
      logicalId,
      nameSuffix: state.nameSuffix,
      properties: state.properties,
    }),
    physicalId,
    state.attributes,
    policy === 'Snapshot',
  )
  const deadline = clock.now() + Math.max(PATIENCE_MS, clock.real(PATIENCE_REAL_MS))
  for (;;) {
    try {
      await handler.delete(request)
      return
    } catch (error) {
      if (isGone(error)) return
      if (!isStillUsed(error) || clock.now() >= deadline) throw error
      await clock.sleep(clock.real(RETRY_REAL_MS), context.signal)
    }
  }
}
