import type { DeploymentRecord, ServiceRecord } from '../records.ts'

/** Why a deployment is given up, as its rollout state's reason and its events say it. */
export interface Failure {
  /** `tasks failed to start`, `alarm detected`, `stopped by user`. */
  readonly cause: string
  readonly rollback: boolean
  readonly at: number
}

/** A service with one more deployment, which is its newest from now on. */
export function begun(service: ServiceRecord, deployment: DeploymentRecord): ServiceRecord {
  return {
    ...service,
    deployments: [deployment, ...service.deployments],
    // DEP-5: a new revision gets a fresh start.
    startFailures: 0,
    lastStartFailureAt: undefined,
    lastCrashAt: undefined,
  }
}

export function completed(service: ServiceRecord, id: string, at: number): ServiceRecord {
  const changed = changedDeployment(service, id, {
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${id} completed.`,
    updatedAt: at,
  })
  return { ...changed, lastCompleted: changed.deployments.find((each) => each.id === id) }
}

/**
 * C4: the deployment has failed. With a roll-back, the last completed one takes its place again,
 * under its own id, so that its tasks go on; without one, the service stays as it is.
 */
export function failed(
  service: ServiceRecord,
  id: string,
  { cause, rollback, at }: Failure,
): { service: ServiceRecord; restored: DeploymentRecord | undefined } {
  const monitor =
    cause === 'alarm detected' ? 'ECS deployment alarm' : 'ECS deployment circuit breaker'
  const marked = changedDeployment(service, id, {
    rolloutState: 'FAILED',
    rolloutStateReason: `${monitor}: ${cause}.`,
    updatedAt: at,
  })
  const last = rollback ? service.lastCompleted : undefined
  if (last === undefined || last.id === id) return { service: marked, restored: undefined }
  const restored: DeploymentRecord = {
    ...last,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `${monitor}: rolling back to deploymentId ${last.id}.`,
    updatedAt: at,
    failedTasks: 0,
    rollbackOf: id,
    // What fired because of the failed revision must not fail the way back.
    alarms: undefined,
    bakingSince: undefined,
  }
  const others = marked.deployments.filter((each) => each.id !== last.id)
  return { service: { ...begun(marked, restored), deployments: [restored, ...others] }, restored }
}

export function forgotten(service: ServiceRecord, id: string): ServiceRecord {
  return { ...service, deployments: service.deployments.filter((each) => each.id !== id) }
}

export function changedDeployment(
  service: ServiceRecord,
  id: string,
  change: Partial<DeploymentRecord>,
): ServiceRecord {
  return {
    ...service,
    deployments: service.deployments.map((each) =>
      each.id === id ? { ...each, ...change } : each,
    ),
  }
}
