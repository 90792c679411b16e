import type { TaskStatus } from '../lifecycle/task-status.ts'
import { isLeaving } from '../lifecycle/task-status.ts'
import { deploymentBounds } from './bounds.ts'
import { startDelay } from './start-throttle.ts'

/** What the scheduler sees of a service. */
export interface ServiceView {
  readonly desiredCount: number
  readonly minimumHealthyPercent: number | undefined
  readonly maximumPercent: number | undefined
  /** Newest first. */
  readonly deployments: readonly DeploymentView[]
  readonly draining: boolean
  readonly startFailures: number
  readonly lastStartFailureAt: number | undefined
  /** Undefined: no circuit breaker. */
  readonly breakerThreshold: number | undefined
  readonly rollback: boolean
}

export interface DeploymentView {
  readonly id: string
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly failedTasks: number
}

export interface TaskView {
  readonly id: string
  readonly deploymentId: string
  readonly status: TaskStatus
  readonly desiredStatus: 'RUNNING' | 'STOPPED'
  readonly zone: string
  readonly createdAt: number
  /** Counts toward the minimum (DEP-2). */
  readonly healthy: boolean
  /** Why it must be replaced; undefined while it is fine or in its grace period. */
  readonly unhealthy: UnhealthyReason | undefined
  readonly protected: boolean
}

export interface UnhealthyReason {
  /** The task's `stoppedReason`. */
  readonly stoppedReason: string
  /** The service event, without the service's name. */
  readonly event: string
}

export type Action =
  | {
      readonly kind: 'start'
      readonly deploymentId: string
      readonly count: number
      readonly replacing: number
    }
  | { readonly kind: 'stop'; readonly taskIds: readonly string[]; readonly why: StopReason }
  | { readonly kind: 'complete'; readonly deploymentId: string }
  | { readonly kind: 'fail'; readonly deploymentId: string; readonly rollback: boolean }
  | { readonly kind: 'forget'; readonly deploymentId: string }
  | { readonly kind: 'steady' }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'wait'; readonly untilMs: number }

export type StopReason =
  | { readonly kind: 'scaling'; readonly deploymentId: string }
  | { readonly kind: 'unhealthy'; readonly reason: UnhealthyReason }

/**
 * The service scheduler's decision: what to start, what to stop, and what has come to its end. Pure;
 * called again after every change until it has nothing to say.
 *
 * Amazon ECS Developer Guide, "Deploy Amazon ECS services by replacing tasks"; DEP-1 to DEP-9.
 */
export function reconcile(service: ServiceView, tasks: readonly TaskView[], now: number): Action[] {
  const active = tasks.filter((task) => task.desiredStatus === 'RUNNING' && !isLeaving(task.status))
  if (service.draining) return drain(service, active)
  const [primary, ...older] = service.deployments
  if (primary === undefined) return []
  const breaker = trips(service, primary)
  if (breaker !== undefined) return breaker
  const actions: Action[] = []
  const leaving = tasks.filter((task) => task.status !== 'STOPPED' && !active.includes(task))
  for (const { id } of older) {
    const left = tasks.some((task) => task.deploymentId === id && task.status !== 'STOPPED')
    if (!left) actions.push({ kind: 'forget', deploymentId: id })
  }
  const starts = startsOf(service, { primary, active, leaving, now })
  const stops = stopsOf(service, { primary, active, starting: startedCount(starts) })
  actions.push(...starts, ...stops)
  if (starts.length + stops.length === 0)
    actions.push(...endsOf(service, { primary, active, leaving }))
  return actions
}

function drain(service: ServiceView, active: readonly TaskView[]): Action[] {
  const deploymentId = service.deployments[0]?.id ?? ''
  if (active.length === 0) return []
  const taskIds = active.map(({ id }) => id)
  return [{ kind: 'stop', taskIds, why: { kind: 'scaling', deploymentId } }]
}

/** DEP-6: at the threshold the deployment has failed. */
function trips(service: ServiceView, primary: DeploymentView): Action[] | undefined {
  if (primary.rolloutState !== 'IN_PROGRESS' || service.breakerThreshold === undefined) {
    return undefined
  }
  if (primary.failedTasks < service.breakerThreshold) return undefined
  return [{ kind: 'fail', deploymentId: primary.id, rollback: service.rollback }]
}

interface Situation {
  readonly primary: DeploymentView
  readonly active: readonly TaskView[]
}

function startsOf(
  service: ServiceView,
  { primary, active, leaving, now }: Situation & { leaving: readonly TaskView[]; now: number },
): Action[] {
  if (primary.rolloutState === 'FAILED') return []
  const { upper } = deploymentBounds(service.desiredCount, service)
  const mine = active.filter((task) => task.deploymentId === primary.id)
  const replacing = mine.filter((task) => task.unhealthy !== undefined).length
  // DEP-4: a replacement starts before its unhealthy predecessor stops.
  const wanted = service.desiredCount - (mine.length - replacing)
  // DEP-1: what is stopping still counts toward the maximum while its containers run.
  const occupied =
    active.length + leaving.filter(({ status }) => status !== 'DEPROVISIONING').length
  const room = Math.max(upper, service.desiredCount) - occupied
  const count = Math.min(wanted, Math.max(room, service.desiredCount - occupied))
  if (count <= 0) return []
  const readyAt = (service.lastStartFailureAt ?? 0) + startDelay(service.startFailures)
  if (now < readyAt) return [{ kind: 'wait', untilMs: readyAt }]
  return [{ kind: 'start', deploymentId: primary.id, count, replacing: Math.min(count, replacing) }]
}

function startedCount(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.kind === 'start' ? action.count : 0), 0)
}

function stopsOf(
  service: ServiceView,
  { primary, active, starting }: Situation & { starting: number },
): Action[] {
  const { lower } = deploymentBounds(service.desiredCount, service)
  let healthy = active.filter((task) => task.healthy).length
  const actions: Action[] = []
  const stopped = new Set<string>()
  const unhealthy = active.filter((task) => task.unhealthy !== undefined)
  const mine = active.filter((task) => task.deploymentId === primary.id)
  const sound = mine.filter((task) => task.unhealthy === undefined)
  for (const task of unhealthy) {
    // Its replacement is healthy, or there is no room for one before it goes (R5).
    const replaced = sound.filter((each) => each.healthy).length >= service.desiredCount
    const noRoom = starting === 0 && sound.length + unhealthy.length <= service.desiredCount
    if (task.unhealthy === undefined || !(replaced || noRoom || task.deploymentId !== primary.id))
      continue
    actions.push({
      kind: 'stop',
      taskIds: [task.id],
      why: { kind: 'unhealthy', reason: task.unhealthy },
    })
    stopped.add(task.id)
  }
  // Older revisions leave as far as the minimum allows; then what is too much of the newest.
  const surplus = Math.max(0, mine.length - stopped.size - service.desiredCount)
  const candidates = [
    ...order(active.filter((task) => task.deploymentId !== primary.id)),
    ...order(sound).slice(0, surplus),
  ].filter((task) => !stopped.has(task.id) && !task.protected)
  const leaving: string[] = []
  for (const task of candidates) {
    if (task.healthy && healthy <= lower) continue
    if (task.healthy) healthy--
    leaving.push(task.id)
  }
  if (leaving.length > 0) {
    const why: StopReason = { kind: 'scaling', deploymentId: primary.id }
    actions.push({ kind: 'stop', taskIds: leaving, why })
  }
  return actions
}

/** Who goes first (DEP-15): what is not healthy yet, then the fullest zone, oldest first. */
function order(tasks: readonly TaskView[]): TaskView[] {
  const perZone = new Map<string, number>()
  for (const { zone } of tasks) perZone.set(zone, (perZone.get(zone) ?? 0) + 1)
  return tasks.toSorted(
    (a, b) =>
      Number(a.healthy) - Number(b.healthy) ||
      (perZone.get(b.zone) ?? 0) - (perZone.get(a.zone) ?? 0) ||
      a.createdAt - b.createdAt,
  )
}

function endsOf(
  service: ServiceView,
  { primary, active, leaving }: Situation & { leaving: readonly TaskView[] },
): Action[] {
  const mine = active.filter((task) => task.deploymentId === primary.id)
  const healthy = mine.filter((task) => task.healthy).length
  const whole = healthy === service.desiredCount && mine.length === service.desiredCount
  const alone =
    active.length === mine.length && leaving.every((task) => task.deploymentId === primary.id)
  if (primary.rolloutState === 'IN_PROGRESS') {
    if (whole && alone) return [{ kind: 'complete', deploymentId: primary.id }, { kind: 'steady' }]
    return stuck(service, { primary, active }) ? [{ kind: 'stuck' }] : []
  }
  return whole && alone && leaving.length === 0 ? [{ kind: 'steady' }] : []
}

/** DEP-1: percentages that let nothing start and nothing stop. */
function stuck(service: ServiceView, { primary, active }: Situation): boolean {
  const { lower, upper } = deploymentBounds(service.desiredCount, service)
  const mine = active.filter((task) => task.deploymentId === primary.id)
  return mine.length < service.desiredCount && active.length >= upper && active.length <= lower
}
