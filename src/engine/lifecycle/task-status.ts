/**
 * A task's states, in AWS's order (TASK-1). Amazon ECS Developer Guide, "Amazon ECS task lifecycle".
 */
export const TASK_STATUSES = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const

export type TaskStatus = (typeof TASK_STATUSES)[number]
export type ContainerStatus = 'PENDING' | 'RUNNING' | 'STOPPED'

/** Where a task may go from each state; one that never ran skips what it has not done. */
const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  PROVISIONING: ['PENDING', 'DEPROVISIONING'],
  PENDING: ['ACTIVATING', 'STOPPING', 'DEPROVISIONING'],
  ACTIVATING: ['RUNNING', 'DEACTIVATING'],
  RUNNING: ['DEACTIVATING'],
  DEACTIVATING: ['STOPPING'],
  STOPPING: ['DEPROVISIONING'],
  DEPROVISIONING: ['STOPPED'],
  STOPPED: [],
}

/** Throws when a task may not go from one state to the other. */
export function checkTransition(from: TaskStatus, to: TaskStatus): void {
  if (!NEXT[from].includes(to)) throw new Error(`a task cannot go from ${from} to ${to}`)
}

/** Whether a task is on its way out. */
export function isLeaving(status: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(status) > TASK_STATUSES.indexOf('RUNNING')
}

/** Whether a task is on its way to RUNNING: what ECS counts as pending. */
export function isPending(status: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(status) < TASK_STATUSES.indexOf('RUNNING')
}
