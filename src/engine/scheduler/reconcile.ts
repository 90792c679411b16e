import { isLeaving } from '../lifecycle/task-status.ts'
import { deploymentBounds } from './bounds.ts'
import { endsOf } from './ends.ts'
import type { Action, DeploymentView, ServiceView, TaskView } from './service-view.ts'
import type { Situation } from './situation.ts'
import { startsOf } from './starts.ts'
import { stopsOf } from './stops.ts'

/**
 * The service scheduler's decision: what to start, what to stop, and what has come to its end.
 * Pure; asked again after every change until it has nothing to say.
 *
 * Amazon ECS Developer Guide, "Deploy Amazon ECS services by replacing tasks"; rules DEP-1 to
 * DEP-11, DEP-14, DEP-15.
 */
export function reconcile(service: ServiceView, tasks: readonly TaskView[], now: number): Action[] {
  const present = tasks.filter(({ status }) => status !== 'STOPPED')
  const isActive = ({ desiredStatus, status }: TaskView): boolean =>
    desiredStatus === 'RUNNING' && !isLeaving(status)
  const active = present.filter(isActive)
  const [primary, ...older] = service.deployments
  if (primary === undefined) return []
  if (service.draining) return drain(primary, active)
  const failure = failureOf(service, primary)
  if (failure !== undefined) return [failure]
  const situation: Situation = {
    service,
    now,
    primary,
    active,
    bounds: deploymentBounds(service.desiredCount, service),
    mine: active.filter((task) => task.deploymentId === primary.id),
    leaving: present.filter((task) => !isActive(task)),
  }
  const actions: Action[] = [...newlyHealthy(active)]
  for (const { id } of older) {
    if (!present.some((task) => task.deploymentId === id)) {
      actions.push({ kind: 'forget', deploymentId: id })
    }
  }
  const starts = startsOf(situation)
  const stops = stopsOf(situation, starts)
  const moves = [...starts, ...stops]
  const ends = moves.length === 0 ? endsOf(situation) : []
  return [...actions, ...moves, ...ends]
}

function drain(primary: DeploymentView, active: readonly TaskView[]): Action[] {
  if (active.length === 0) return []
  const why = { kind: 'scaling', deploymentId: primary.id } as const
  return [{ kind: 'stop', taskIds: active.map(({ id }) => id), why }]
}

/** DEP-6, C4, C7: at the threshold, or when an alarm fires, the deployment has failed. */
function failureOf(service: ServiceView, primary: DeploymentView): Action | undefined {
  if (primary.rolloutState !== 'IN_PROGRESS') return undefined
  const fail = { kind: 'fail', deploymentId: primary.id } as const
  if (primary.alarmed) {
    return { ...fail, rollback: service.alarmRollback, cause: 'alarm detected' }
  }
  const { breakerThreshold, rollback } = service
  if (breakerThreshold === undefined || primary.failedTasks < breakerThreshold) return undefined
  return { ...fail, rollback, cause: 'tasks failed to start' }
}

function newlyHealthy(active: readonly TaskView[]): Action[] {
  const taskIds = active.filter((each) => each.healthy && !each.knownHealthy).map(({ id }) => id)
  return taskIds.length === 0 ? [] : [{ kind: 'healthy', taskIds }]
}
