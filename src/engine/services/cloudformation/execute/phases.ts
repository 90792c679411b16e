import type { OperationRecord, Phase } from '../records.ts'

/** Where an operation goes when a phase is over. */
export interface NextStep {
  /** The phase that follows; undefined when the operation is over. */
  readonly phase: Phase | undefined
  readonly status: string
}

const CREATED: Readonly<Record<OperationRecord['onFailure'], NextStep>> = {
  ROLLBACK: { phase: 'undo', status: 'ROLLBACK_IN_PROGRESS' },
  DELETE: { phase: 'delete', status: 'DELETE_IN_PROGRESS' },
  DO_NOTHING: { phase: undefined, status: 'CREATE_FAILED' },
}

/** The states of a stack: AWS, "Stack status codes". */
export function nextStep(operation: OperationRecord, succeeded: boolean): NextStep {
  switch (operation.phase) {
    case 'apply':
      if (operation.kind === 'create')
        return succeeded
          ? { phase: undefined, status: 'CREATE_COMPLETE' }
          : CREATED[operation.onFailure]
      if (succeeded) return { phase: 'cleanup', status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }
      return operation.onFailure === 'DO_NOTHING' && !operation.cancelled
        ? { phase: undefined, status: 'UPDATE_FAILED' }
        : { phase: 'restore', status: 'UPDATE_ROLLBACK_IN_PROGRESS' }
    case 'restore':
      return succeeded
        ? {
            phase: 'cleanup-after-restore',
            status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
          }
        : { phase: undefined, status: 'UPDATE_ROLLBACK_FAILED' }
    case 'cleanup':
      return { phase: undefined, status: 'UPDATE_COMPLETE' }
    case 'cleanup-after-restore':
      return { phase: undefined, status: 'UPDATE_ROLLBACK_COMPLETE' }
    case 'undo':
      return { phase: undefined, status: succeeded ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED' }
    case 'delete':
      return { phase: undefined, status: succeeded ? 'DELETE_COMPLETE' : 'DELETE_FAILED' }
  }
}

export interface Failures {
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly deleted: readonly string[]
  /** What went wrong apart from resources, in AWS's words. */
  readonly reason: string | undefined
}

export const NO_FAILURES: Failures = { created: [], updated: [], deleted: [], reason: undefined }

export function hasFailed(failures: Failures): boolean {
  const { created, updated, deleted, reason } = failures
  return created.length + updated.length + deleted.length > 0 || reason !== undefined
}

/** The stack's status reason after a failed phase. */
export function stackFailureReason(operation: OperationRecord, failures: Failures): string {
  const sentences = [
    ...(failures.reason === undefined ? [] : [failures.reason]),
    ...listed('create', failures.created),
    ...listed('update', failures.updated),
    ...listed('delete', failures.deleted),
  ]
  const isRolledBack = operation.kind === 'create' && operation.phase === 'apply'
  if (isRolledBack && operation.onFailure !== 'DO_NOTHING')
    sentences.push(`${operation.onFailure === 'DELETE' ? 'Delete' : 'Rollback'} requested by user.`)
  return `${sentences.join(' ')}${operation.kind === 'create' ? '' : ' '}`
}

function listed(verb: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return []
  return [`The following resource(s) failed to ${verb}: [${ids.join(', ')}].`]
}
