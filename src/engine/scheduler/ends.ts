import type { Situation } from './situation.ts'
import type { Action } from './service-view.ts'
import { roomOf } from './starts.ts'
import { keptByProtection } from './stops.ts'

/** What has come to its end when nothing is to be started or stopped (DEP-7, DEP-9). */
export function endsOf(situation: Situation): Action[] {
  const { primary, leaving } = situation
  const kept = keptByProtection(situation)
  if (kept > 0) return [{ kind: 'protected', deploymentId: primary.id, count: kept }]
  switch (primary.rolloutState) {
    case 'IN_PROGRESS':
      if (succeeds(situation)) return completion(situation)
      return isStuck(situation) ? [{ kind: 'stuck' }] : []
    case 'COMPLETED':
      if (!isWhole(situation) || !isAlone(situation) || leaving.length > 0) return []
      return rebalancing(situation) ?? [{ kind: 'steady' }]
    case 'FAILED':
      return []
  }
}

/** C7: a deployment with alarms is complete when it has been well for the time that they need. */
function completion({ primary, now }: Situation): Action[] {
  const { id: deploymentId, bakeMs, bakingSince } = primary
  if (bakeMs > 0 && bakingSince === undefined) return [{ kind: 'bake', deploymentId }]
  const until = (bakingSince ?? 0) + bakeMs
  if (bakeMs > 0 && now < until) return [{ kind: 'wait', untilMs: until, throttled: false }]
  return [{ kind: 'complete', deploymentId }]
}

/** R16: with early success, a share of healthy tasks is enough. */
function succeeds(situation: Situation): boolean {
  const { service, mine } = situation
  const { earlySuccess } = service
  if (earlySuccess === undefined) return isWhole(situation) && isAlone(situation)
  const healthy = mine.filter((task) => task.healthy).length
  const enough = Math.ceil((service.desiredCount * earlySuccess.healthyPercent) / 100)
  return healthy >= enough && (!earlySuccess.cleanUpFirst || isAlone(situation))
}

function isWhole({ service, mine }: Situation): boolean {
  return mine.length === service.desiredCount && mine.every((task) => task.healthy)
}

/** Nothing of an older revision is left. */
function isAlone({ primary, active, mine, leaving }: Situation): boolean {
  return active.length === mine.length && leaving.every((task) => task.deploymentId === primary.id)
}

/** DEP-1, E9: percentages that let nothing start and nothing stop. */
function isStuck(situation: Situation): boolean {
  const { service, mine, active, leaving } = situation
  return (
    mine.length < service.desiredCount &&
    roomOf(situation) <= 0 &&
    leaving.length === 0 &&
    active.every((task) => task.healthy)
  )
}

/** DEP-14, R11: starts a task in the short zone; the surplus in the long one stops afterwards. */
function rebalancing(situation: Situation): Action[] | undefined {
  const { service, primary, mine, bounds } = situation
  if (!service.rebalancing || service.zones.length < 2) return undefined
  if (bounds.upper <= service.desiredCount) return undefined
  const counts = Object.fromEntries(service.zones.map((zone) => [zone, 0]))
  for (const { zone } of mine) counts[zone] = (counts[zone] ?? 0) + 1
  const sorted = Object.entries(counts).sort(([, a], [, b]) => a - b)
  const [short, long] = [sorted[0], sorted.at(-1)]
  if (short === undefined || long === undefined || long[1] - short[1] < 2) return undefined
  return [{ kind: 'rebalance', deploymentId: primary.id, zone: short[0], counts }]
}
