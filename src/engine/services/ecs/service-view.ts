import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { breakerThreshold } from '../../scheduler/circuit-breaker.ts'
import type {
  DeploymentView,
  ServiceView,
  TaskView,
  UnhealthyReason,
} from '../../scheduler/service-view.ts'
import type { EcsState } from './ecs-state.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts'
import type { Target, TargetWatch } from './tasks/target-watch.ts'
import { targetsOf } from './tasks/targets.ts'

/** DEP-2, R4: without any check, a task counts as healthy after it has run so long. */
const SETTLING_MS = 40_000

/** A service as the scheduler sees it. */
export function serviceView(service: ServiceRecord): ServiceView {
  const { deploymentConfiguration: configuration } = service
  const { deploymentCircuitBreaker: breaker, earlySuccessCriteria: early } = configuration
  return {
    desiredCount: service.desiredCount,
    minimumHealthyPercent: configuration.minimumHealthyPercent,
    maximumPercent: configuration.maximumPercent,
    deployments: service.deployments.map(deploymentView),
    draining: service.status === 'DRAINING',
    startFailures: service.startFailures,
    lastStartFailureAt: service.lastStartFailureAt,
    lastCrashAt: service.lastCrashAt,
    breakerThreshold: breakerThreshold(breaker, service.desiredCount),
    rollback: breaker?.rollback === true,
    alarmRollback: configuration.alarms?.rollback === true,
    earlySuccess:
      early?.enable === true
        ? {
            healthyPercent: early.healthyPercent ?? 100,
            cleanUpFirst: early.sourceServiceRevisionCleanup !== 'DEFERRED',
          }
        : undefined,
    rebalancing: service.availabilityZoneRebalancing === 'ENABLED',
    zones: [...new Set(service.deployments[0]?.places.map(({ zone }) => zone))],
  }
}

function deploymentView(deployment: DeploymentRecord): DeploymentView {
  const { id, failedTasks, alarms, bakingSince, rolloutState } = deployment
  return {
    id,
    rolloutState,
    failedTasks,
    alarmed: (alarms?.triggered ?? []).length > 0,
    bakeMs: alarms?.bakeMs ?? 0,
    bakingSince,
  }
}

/** A service's tasks as the scheduler sees them, their targets' health included. */
export function taskViews(
  state: EcsState,
  watch: TargetWatch,
  tasks: readonly TaskRecord[],
  service: ServiceRecord,
): Promise<TaskView[]> {
  return Promise.all(
    tasks.map(async (task) => {
      const looked = task.lastStatus === 'RUNNING' ? targetsOf(state, task) : []
      const targets: SeenTarget[] = []
      for (const target of looked) {
        targets.push({ target, health: await watch.health(task.region, target) })
      }
      return taskView(state, { service, task, targets })
    }),
  )
}

interface SeenTarget {
  readonly target: Target
  readonly health: TargetHealth | undefined
}

interface Seen {
  readonly service: ServiceRecord
  readonly task: TaskRecord
  readonly targets: readonly SeenTarget[]
}

function taskView(state: EcsState, { service, task, targets }: Seen): TaskView {
  const { clock } = state.context
  const now = clock.now()
  const runs = task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING'
  const checked = hasHealthCheck(state, task)
  const ranFor = now - (task.startedAt ?? now)
  const settled = checked || targets.length > 0 || ranFor >= SETTLING_MS
  const targetsFine = targets.every(({ health }) => health?.State === 'healthy')
  const checksFine = !checked || task.healthStatus === 'HEALTHY'
  // DEP-3, K11: the grace period covers real programs, so it is real time.
  const grace = clock.real(service.healthCheckGracePeriodSeconds * 1000)
  return {
    id: task.id,
    deploymentId: task.startedBy ?? '',
    status: task.lastStatus,
    desiredStatus: task.desiredStatus,
    zone: task.zone,
    createdAt: task.createdAt,
    healthy: runs && settled && targetsFine && checksFine,
    knownHealthy: task.healthyAt !== undefined,
    unhealthy: runs && ranFor >= grace ? unhealthyReason({ service, task, targets }) : undefined,
    protected: (task.protectedUntil ?? 0) > now,
  }
}

function unhealthyReason({ task, targets }: Seen): UnhealthyReason | undefined {
  const failed = targets.find(({ health }) => health?.State === 'unhealthy')
  if (failed !== undefined) {
    const { group, port } = failed.target
    return {
      stoppedReason: `Task failed ELB health checks in (target-group ${group})`,
      event:
        `(port ${port}) is unhealthy in (target-group ${group}) due to ` +
        `(reason ${failed.health?.Description ?? 'Health checks failed'}).`,
    }
  }
  if (task.healthStatus !== 'UNHEALTHY') return undefined
  return {
    stoppedReason: 'Task failed container health checks',
    event: 'failed container health checks.',
  }
}

/** Whether an essential container of the task has a health check. */
export function hasHealthCheck(state: EcsState, task: TaskRecord): boolean {
  const { definition } = state.taskDefinition(task.region, task.taskDefinition)
  return (definition.containerDefinitions ?? []).some(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  )
}
