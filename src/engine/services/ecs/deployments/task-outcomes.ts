import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts'

/** A task that ends sooner than this after its start has crashed rather than worked. */
const CRASH_MS = 60_000

/**
 * What a change of a task means to its service: a failure of its deployment (C3, R9), a round of
 * failed starts (T1), a crash (T2), or nothing. Pure.
 *
 * `checked`: whether the task has a load balancer or a container health check.
 */
export function afterTaskChange(
  service: ServiceRecord,
  {
    task,
    before,
    checked,
    now,
  }: {
    task: TaskRecord
    before: TaskRecord
    checked: boolean
    now: number
  },
): ServiceRecord {
  if (task.startedAt !== undefined && before.startedAt === undefined) {
    return { ...service, startFailures: 0, lastStartFailureAt: undefined }
  }
  const beginsToStop = before.desiredStatus === 'RUNNING' && task.desiredStatus === 'STOPPED'
  if (!beginsToStop) return service
  if (isStartFailure(task)) return afterStartFailure(counted(service, task), task, now)
  if (task.stopCode === 'EssentialContainerExited') {
    const crashed = now - (task.startedAt ?? now) < CRASH_MS
    const paced = crashed ? { ...service, lastCrashAt: now } : service
    // C3: after RUNNING, only what was to pass a health check and never did counts.
    return checked && task.healthyAt === undefined ? counted(paced, task) : paced
  }
  const failedChecks = /^Task failed (ELB|container) health checks/.test(task.stoppedReason ?? '')
  return failedChecks ? counted(service, task) : service
}

/** R9: a task that becomes healthy ends the row of failures, unless told not to. */
export function afterHealthy(service: ServiceRecord, deploymentId: string): ServiceRecord {
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker
  if (breaker?.resetOnHealthyTask === false) return service
  return edited(service, deploymentId, (deployment) => ({ ...deployment, failedTasks: 0 }))
}

function isStartFailure({ stopCode, startedAt }: TaskRecord): boolean {
  return (
    startedAt === undefined &&
    (stopCode === 'TaskFailedToStart' || stopCode === 'EssentialContainerExited')
  )
}

/** Tasks that were started together and fail together are one round. */
function afterStartFailure(service: ServiceRecord, task: TaskRecord, now: number): ServiceRecord {
  const sameRound = task.createdAt < (service.lastStartFailureAt ?? 0)
  return {
    ...service,
    startFailures: sameRound ? service.startFailures : service.startFailures + 1,
    lastStartFailureAt: now,
  }
}

function counted(service: ServiceRecord, { startedBy = '' }: TaskRecord): ServiceRecord {
  return edited(service, startedBy, (deployment) => ({
    ...deployment,
    failedTasks: deployment.failedTasks + 1,
  }))
}

function edited(
  service: ServiceRecord,
  id: string,
  edit: (deployment: DeploymentRecord) => DeploymentRecord,
): ServiceRecord {
  const deployments = service.deployments.map((each) => (each.id === id ? edit(each) : each))
  return { ...service, deployments }
}
