import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs'
import { invalidParameter } from './errors.ts'
import type { ClusterRecord } from './records.ts'

const PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT']
const MOST_ITEMS = 20
const MOST_BASE = 100_000
const MOST_WEIGHT = 1000

/** Where tasks run: a launch type, or capacity providers; never both. */
export interface LaunchChoice {
  readonly launchType: 'FARGATE' | undefined
  readonly strategy: readonly CapacityProviderStrategyItem[]
}

/**
 * What a request chooses (CP1, CP3): its launch type or strategy, else the cluster's default
 * strategy. Without any, AWS means EC2, of which there is none here.
 */
export function launchChoice(
  cluster: ClusterRecord,
  wish: {
    readonly launchType?: string | undefined
    readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined
  },
): LaunchChoice {
  const given = wish.capacityProviderStrategy ?? []
  if (wish.launchType !== undefined && given.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
  }
  if (wish.launchType === 'FARGATE') return { launchType: 'FARGATE', strategy: [] }
  if (wish.launchType !== undefined) throw noInstances()
  const strategy = given.length > 0 ? given : cluster.strategy
  if (strategy.length === 0) throw noInstances()
  checkStrategy(strategy)
  return { launchType: undefined, strategy }
}

function noInstances() {
  return invalidParameter('No Container Instances were found in your cluster.')
}

/** CP1. Throws AWS's error for a strategy that cannot place anything. */
export function checkStrategy(strategy: readonly CapacityProviderStrategyItem[]): void {
  if (strategy.length > MOST_ITEMS) {
    throw invalidParameter(`A capacity provider strategy can have at most ${MOST_ITEMS} items.`)
  }
  checkProviders(strategy.map(({ capacityProvider = '' }) => capacityProvider))
  for (const { base = 0, weight = 0 } of strategy) {
    if (base < 0 || base > MOST_BASE || weight < 0 || weight > MOST_WEIGHT) {
      throw invalidParameter(
        'A capacity provider has a base of 0 to 100000, a weight of 0 to 1000.',
      )
    }
  }
  if (strategy.filter(({ base }) => (base ?? 0) > 0).length > 1) {
    throw invalidParameter('Only one capacity provider in a strategy can have a base defined.')
  }
  if (strategy.length > 1 && strategy.every(({ weight }) => (weight ?? 0) === 0)) {
    throw invalidParameter(
      'At least one capacity provider of a strategy must have a weight greater than 0.',
    )
  }
}

export function checkProviders(names: readonly string[]): void {
  const unknown = names.find((name) => !PROVIDERS.includes(name))
  if (unknown === undefined) return
  throw invalidParameter(
    `The specified capacity provider ${unknown} was not found. Specify a valid name or ARN and try again.`,
  )
}
