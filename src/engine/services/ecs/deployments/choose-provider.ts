import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs'
import type { TaskRecord } from '../records.ts'

/**
 * The capacity provider of a service's next task (DEP-13, CP2): the base first, then the one that
 * is furthest behind its weight.
 */
export function chooseProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  tasks: readonly Pick<TaskRecord, 'capacityProvider' | 'desiredStatus'>[],
): string | undefined {
  if (strategy.length === 0) return undefined
  const counts = new Map<string, number>()
  for (const { capacityProvider = '', desiredStatus } of tasks) {
    if (desiredStatus !== 'RUNNING') continue
    counts.set(capacityProvider, (counts.get(capacityProvider) ?? 0) + 1)
  }
  const count = (name: string | undefined): number => counts.get(name ?? '') ?? 0
  const base = strategy.find((item) => count(item.capacityProvider) < (item.base ?? 0))
  if (base !== undefined) return base.capacityProvider
  const weighted = strategy.filter(({ weight }) => (weight ?? 0) > 0)
  const share = (item: CapacityProviderStrategyItem): number =>
    (count(item.capacityProvider) - (item.base ?? 0)) / (item.weight ?? 1)
  return weighted.toSorted((a, b) => share(a) - share(b))[0]?.capacityProvider
}
