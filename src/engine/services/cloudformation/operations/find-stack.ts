import { noSuchStack, validationError } from '../errors.ts'
import type { StackRecords } from '../execute/stack-records.ts'
import { stackKey } from '../execute/stack-records.ts'
import type { StackRecord } from '../records.ts'

/** The stack of that name (the living one) or id (living or deleted). */
export function findStack(
  records: StackRecords,
  region: string,
  nameOrId: string | undefined,
): StackRecord | undefined {
  if (nameOrId === undefined) return undefined
  if (nameOrId.startsWith('arn:')) return records.stacks.get(stackKey(nameOrId))
  for (const stack of records.stacks.values())
    if (
      stack.stackName === nameOrId &&
      stack.region === region &&
      stack.status !== 'DELETE_COMPLETE'
    )
      return stack
  return undefined
}

/** As `findStack`; throws AWS's error when there is none. */
export function needStack(
  records: StackRecords,
  region: string,
  nameOrId: string | undefined,
): StackRecord {
  if (nameOrId === undefined || nameOrId === '')
    throw validationError(
      "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: " +
        'Member must not be null',
    )
  const stack = findStack(records, region, nameOrId)
  if (stack === undefined) throw noSuchStack(nameOrId)
  return stack
}

/** A stack on which the next operation may begin. */
export function needIdle(stack: StackRecord): void {
  if (stack.operation === undefined && UPDATABLE.has(stack.status)) return
  throw validationError(
    `Stack:${stack.stackId} is in ${stack.status} state and can not be updated.`,
  )
}

const UPDATABLE = new Set([
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
])
