import type { Situation } from './situation.ts'
import type { Action, TaskView } from './service-view.ts'
import { startedBy } from './starts.ts'

/** What may be stopped now: unhealthy tasks, older revisions, and what is too many. */
export function stopsOf(situation: Situation, starts: readonly Action[]): Action[] {
  return [...unhealthyStops(situation, starts), ...surplusStops(situation)]
}

/**
 * R5: an unhealthy task stops when a healthy one has taken its place. Where the maximum leaves no
 * room for a replacement, one after the other stops first.
 */
function unhealthyStops(situation: Situation, starts: readonly Action[]): Action[] {
  const { service, active, leaving } = situation
  const unhealthy = order(active.filter((task) => task.unhealthy !== undefined))
  if (unhealthy.length === 0) return []
  const healthy = active.filter((task) => task.healthy && task.unhealthy === undefined).length
  const replaced = Math.max(0, healthy + unhealthy.length - service.desiredCount)
  const starting = active.some((task) => !task.healthy && task.unhealthy === undefined)
  const noRoom = startedBy(starts) === 0 && !starting && leaving.length === 0
  const count = replaced > 0 ? replaced : Number(noRoom)
  return unhealthy
    .slice(0, count)
    .flatMap(({ id, unhealthy: reason }) =>
      reason === undefined
        ? []
        : [{ kind: 'stop', taskIds: [id], why: { kind: 'unhealthy', reason } }],
    )
}

/** DEP-1, DEP-15: older revisions and surplus tasks leave as far as the minimum allows. */
function surplusStops(situation: Situation): Action[] {
  const { primary, bounds, active } = situation
  let healthy = active.filter((task) => task.healthy && task.unhealthy === undefined).length
  const taskIds: string[] = []
  for (const task of candidates(situation).filter((each) => !each.protected)) {
    if (task.healthy && healthy <= bounds.lower) continue
    if (task.healthy) healthy--
    taskIds.push(task.id)
  }
  if (taskIds.length === 0) return []
  return [{ kind: 'stop', taskIds, why: { kind: 'scaling', deploymentId: primary.id } }]
}

function candidates({ service, primary, active, mine }: Situation): TaskView[] {
  const sound = mine.filter(({ unhealthy }) => unhealthy === undefined)
  const surplus = Math.max(0, sound.length - service.desiredCount)
  const free = order(sound.filter((task) => !task.protected))
  // A deployment that has failed takes nothing away from what still serves.
  const older =
    primary.rolloutState === 'FAILED'
      ? []
      : active.filter((task) => task.deploymentId !== primary.id && task.unhealthy === undefined)
  return [...order(older), ...free.slice(0, surplus)]
}

/** Tasks that would have to stop, but that scale-in protection keeps (R14). */
export function keptByProtection({ service, primary, active, mine }: Situation): number {
  const older = active.filter((task) => task.deploymentId !== primary.id && task.protected)
  const surplus = Math.max(0, mine.length - service.desiredCount)
  return older.length + Math.min(surplus, mine.filter((task) => task.protected).length)
}

/**
 * Who goes first (DEP-15): what is not healthy yet; then one of the zone with most tasks, again and
 * again; among equals the oldest.
 */
function order(tasks: readonly TaskView[]): TaskView[] {
  const queues = new Map<string, TaskView[]>()
  const sorted = tasks.toSorted(
    (a, b) => Number(a.healthy) - Number(b.healthy) || a.createdAt - b.createdAt,
  )
  for (const task of sorted) {
    const queue = queues.get(task.zone)
    if (queue === undefined) queues.set(task.zone, [task])
    else queue.push(task)
  }
  // A task's turn comes when its zone is as full as it is with it and all that come after it.
  const turn = new Map<TaskView, number>()
  for (const queue of queues.values()) {
    for (const [i, task] of queue.entries()) turn.set(task, queue.length - i)
  }
  return sorted.toSorted(
    (a, b) =>
      Number(a.healthy) - Number(b.healthy) ||
      (turn.get(b) ?? 0) - (turn.get(a) ?? 0) ||
      a.createdAt - b.createdAt,
  )
}
