import type { Situation } from './situation.ts'
import type { Action } from './service-view.ts'
import { startDelay } from './start-throttle.ts'

/** A task that ended by itself soon after its start is replaced at the next tick, not at once. */
const CRASH_PAUSE_MS = 10_000

/** What may be started now: as many as are missing, within the maximum (DEP-1, DEP-4). */
export function startsOf(situation: Situation): Action[] {
  const { service, primary, mine, now } = situation
  // DEP-7: a deployment that has failed launches nothing more.
  if (primary.rolloutState === 'FAILED') return []
  const sound = mine.filter(({ unhealthy }) => unhealthy === undefined)
  const wanted = service.desiredCount - sound.length
  const count = Math.min(wanted, roomOf(situation))
  if (count <= 0) return []
  const throttledUntil = (service.lastStartFailureAt ?? 0) + startDelay(service.startFailures)
  if (now < throttledUntil) return [{ kind: 'wait', untilMs: throttledUntil, throttled: true }]
  const pausedUntil = (service.lastCrashAt ?? -CRASH_PAUSE_MS) + CRASH_PAUSE_MS
  if (now < pausedUntil) return [{ kind: 'wait', untilMs: pausedUntil, throttled: false }]
  // R5: some of them replace unhealthy tasks, which stop when their replacements are healthy.
  const replacing = Math.min(count, mine.length - sound.length)
  const deploymentId = primary.id
  const actions: Action[] = []
  if (replacing > 0) actions.push({ kind: 'replace', deploymentId, count: replacing })
  if (count > replacing) actions.push({ kind: 'start', deploymentId, count: count - replacing })
  return actions
}

/** R1: how many more tasks may be there. What is stopping counts while its containers run. */
export function roomOf({ service, bounds, active, leaving }: Situation): number {
  const ending = leaving.filter(({ status }) => status !== 'DEPROVISIONING').length
  return Math.max(bounds.upper, service.desiredCount) - active.length - ending
}

/** Tasks that the actions start. */
export function startedBy(actions: readonly Action[]): number {
  return actions.reduce(
    (sum, action) =>
      action.kind === 'start' || action.kind === 'replace' ? sum + action.count : sum,
    0,
  )
}
