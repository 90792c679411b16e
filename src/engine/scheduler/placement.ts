import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs'

export interface Place {
  readonly subnetId: string
  readonly zone: string
}

/**
 * Where the next `count` tasks go: each into the zone with the fewest (R11), there into the subnet
 * with the fewest; among equals into the first.
 */
export function spread(
  places: readonly Place[],
  existing: readonly Place[],
  count: number,
): Place[] {
  const zones = countsOf(existing.map(({ zone }) => zone))
  const subnets = countsOf(existing.map(({ subnetId }) => subnetId))
  const chosen: Place[] = []
  for (let i = 0; i < count; i++) {
    const [best] = places.toSorted(
      (a, b) =>
        (zones.get(a.zone) ?? 0) - (zones.get(b.zone) ?? 0) ||
        (subnets.get(a.subnetId) ?? 0) - (subnets.get(b.subnetId) ?? 0),
    )
    if (best === undefined) break
    chosen.push(best)
    zones.set(best.zone, (zones.get(best.zone) ?? 0) + 1)
    subnets.set(best.subnetId, (subnets.get(best.subnetId) ?? 0) + 1)
  }
  return chosen
}

/**
 * The capacity providers of the next `count` tasks (DEP-13, CP2): the base first, then always the
 * one that is furthest behind its weight. AWS publishes no rounding; the first of equals wins.
 */
export function chooseProviders(
  strategy: readonly CapacityProviderStrategyItem[],
  existing: readonly (string | undefined)[],
  count: number,
): (string | undefined)[] {
  const counts = countsOf(existing)
  const countOf = ({ capacityProvider }: CapacityProviderStrategyItem): number =>
    counts.get(capacityProvider) ?? 0
  // What is beyond the base, measured against the weight, with the next task on top.
  const share = (item: CapacityProviderStrategyItem): number =>
    (Math.max(0, countOf(item) - (item.base ?? 0)) + 1) / (item.weight ?? 1)
  return Array.from({ length: count }, () => {
    const base = strategy.find((item) => countOf(item) < (item.base ?? 0))
    const weighted = strategy.filter(({ weight }) => (weight ?? 0) > 0)
    const item = base ?? weighted.toSorted((a, b) => share(a) - share(b))[0]
    const name = item?.capacityProvider
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return name
  })
}

function countsOf<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
