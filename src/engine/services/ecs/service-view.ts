import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { breakerThreshold } from '../../scheduler/circuit-breaker.ts'
import type { ServiceView, TaskView, UnhealthyReason } from '../../scheduler/reconcile.ts'
import type { EcsState } from './ecs-state.ts'
import type { ServiceRecord, TaskRecord } from './records.ts'
import { targetHealth, targetsOf } from './tasks/targets.ts'

/** DEP-2, R4: without any check, a task counts as healthy after it has run so long. */
const SETTLING_MS = 40_000

/** A service as the scheduler sees it. */
export function serviceView(service: ServiceRecord): ServiceView {
  const { deploymentConfiguration: configuration } = service
  const breaker = configuration.deploymentCircuitBreaker
  return {
    desiredCount: service.desiredCount,
    minimumHealthyPercent: configuration.minimumHealthyPercent,
    maximumPercent: configuration.maximumPercent,
    deployments: service.deployments,
    draining: service.status === 'DRAINING',
    startFailures: service.startFailures,
    lastStartFailureAt: service.lastStartFailureAt,
    breakerThreshold: breakerThreshold(breaker, service.desiredCount),
    rollback: breaker?.rollback === true,
  }
}

/** A service's tasks as the scheduler sees them, their targets' health included. */
export async function taskViews(
  state: EcsState,
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
): Promise<TaskView[]> {
  return Promise.all(
    tasks.map(async (task) => {
      const targets =
        task.lastStatus === 'RUNNING'
          ? await Promise.all(
              targetsOf(state, task).map(async (target) => ({
                target,
                health: await targetHealth(state, task, target),
              })),
            )
          : []
      return taskView(state, { service, task, targets })
    }),
  )
}

interface Seen {
  readonly service: ServiceRecord
  readonly task: TaskRecord
  readonly targets: readonly {
    readonly target: { readonly group: string; readonly port: number }
    readonly health: TargetHealth | undefined
  }[]
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

function hasHealthCheck(state: EcsState, task: TaskRecord): boolean {
  const { definition } = state.taskDefinition(task.region, task.taskDefinition)
  return (definition.containerDefinitions ?? []).some(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  )
}
