import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs'

const LEAST = 3
const MOST = 200
const DEFAULT_PERCENT = 50

/**
 * How many failed tasks trip a service's circuit breaker (C1, C2); undefined when it has none.
 * Amazon ECS API Reference, "DeploymentCircuitBreaker" and "ThresholdConfiguration".
 */
export function breakerThreshold(
  breaker: DeploymentCircuitBreaker | undefined,
  desired: number,
): number | undefined {
  if (breaker?.enable !== true) return undefined
  const { type, value } = breaker.thresholdConfiguration ?? {}
  const share = Math.ceil((desired * (value ?? DEFAULT_PERCENT)) / 100)
  switch (type) {
    case 'COUNT':
      return value ?? LEAST
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, share)
    default:
      return Math.min(MOST, Math.max(LEAST, share))
  }
}
