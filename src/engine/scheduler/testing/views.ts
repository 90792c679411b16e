import type { DeploymentView, ServiceView, TaskView } from '../service-view.ts'

/** Views of services and tasks for tests, with only what matters said. */
export function service(view: Partial<ServiceView> = {}): ServiceView {
  return {
    desiredCount: 1,
    minimumHealthyPercent: undefined,
    maximumPercent: undefined,
    deployments: [deployment()],
    draining: false,
    startFailures: 0,
    lastStartFailureAt: undefined,
    lastCrashAt: undefined,
    breakerThreshold: undefined,
    rollback: false,
    alarmRollback: false,
    earlySuccess: undefined,
    rebalancing: false,
    zones: [],
    ...view,
  }
}

export function deployment(view: Partial<DeploymentView> = {}): DeploymentView {
  return {
    id: 'new',
    rolloutState: 'IN_PROGRESS',
    failedTasks: 0,
    alarmed: false,
    bakeMs: 0,
    bakingSince: undefined,
    ...view,
  }
}

export function task(id: string, view: Partial<TaskView> = {}): TaskView {
  return {
    id,
    deploymentId: 'new',
    status: 'RUNNING',
    desiredStatus: 'RUNNING',
    zone: 'us-east-1a',
    createdAt: 0,
    healthy: true,
    knownHealthy: true,
    unhealthy: undefined,
    protected: false,
    ...view,
  }
}

export function sick(id: string, view: Partial<TaskView> = {}): TaskView {
  const unhealthy = { stoppedReason: 'Task failed container health checks', event: 'failed' }
  return task(id, { healthy: false, unhealthy, ...view })
}

export function tasks(count: number, prefix: string, view: Partial<TaskView> = {}): TaskView[] {
  return Array.from({ length: count }, (_, i) => task(`${prefix}${i}`, view))
}
