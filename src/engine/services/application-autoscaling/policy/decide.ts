import type {
  StepAdjustment,
  StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling'

/**
 * What a target-tracking policy asks for, before bounds; undefined: nothing.
 *
 * ASG-2: out to ceil(current × metric / target); in by the same proportion, but never so far that
 * the metric would come over the target. Application Auto Scaling User Guide, "How target tracking
 * scaling works".
 */
export function trackingCapacity(input: {
  current: number
  metric: number
  target: number
  direction: 'out' | 'in'
}): number | undefined {
  const { current, metric, target, direction } = input
  if (current === 0 && direction === 'in') return undefined
  const proportional = Math.ceil((current * metric) / target - 1e-9)
  if (direction === 'out') return proportional > current ? proportional : undefined
  return proportional < current ? proportional : undefined
}

/**
 * What a step policy asks for, before bounds; undefined when no step covers the metric.
 *
 * ASG-3: bounds are relative to the threshold; above it the lower is inclusive and the upper
 * exclusive, below it the other way round.
 */
export function stepCapacity(
  policy: StepScalingPolicyConfiguration,
  input: { current: number; metric: number; threshold: number },
): number | undefined {
  const difference = input.metric - input.threshold
  const step = policy.StepAdjustments?.find((each) => covers(each, difference))
  if (step?.ScalingAdjustment === undefined) return undefined
  const { current } = input
  const adjustment = step.ScalingAdjustment
  switch (policy.AdjustmentType) {
    case 'ExactCapacity':
      return adjustment
    case 'PercentChangeInCapacity':
      return current + percentChange(current, adjustment, policy.MinAdjustmentMagnitude ?? 1)
    default:
      return current + adjustment
  }
}

function covers(step: StepAdjustment, difference: number): boolean {
  const lower = step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY
  const upper = step.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY
  return difference >= 0
    ? difference >= lower && difference < upper
    : difference > lower && difference <= upper
}

/** Rounds toward zero, but away from it below one, and to the least magnitude. */
function percentChange(current: number, percent: number, leastMagnitude: number): number {
  const exact = (current * percent) / 100
  const rounded = Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact)
  return Math.sign(exact) * Math.max(Math.abs(rounded), leastMagnitude)
}

export interface Cooldowns {
  readonly now: number
  readonly outMs: number
  readonly inMs: number
  readonly lastOut: { readonly at: number; readonly from: number; readonly to: number } | undefined
  readonly lastIn: { readonly at: number } | undefined
}

/**
 * Whether a wish survives the cooldowns; resolves to the capacity or undefined.
 *
 * ASG-2: during a scale-out cooldown a larger scale-out goes ahead; scaling in waits for both
 * cooldowns; a scale-out ends a scale-in cooldown.
 */
export function afterCooldown(
  wish: { capacity: number; current: number },
  { now, outMs, inMs, lastOut, lastIn }: Cooldowns,
): number | undefined {
  const coolingOut = lastOut !== undefined && now - lastOut.at < outMs
  if (wish.capacity > wish.current) {
    return coolingOut && wish.capacity <= lastOut.to ? undefined : wish.capacity
  }
  const coolingIn = lastIn !== undefined && now - lastIn.at < inMs
  return coolingOut || coolingIn ? undefined : wish.capacity
}

/** Several policies: the largest wins, and scaling in needs all of them to agree. */
export function combine(
  current: number,
  wishes: readonly (number | undefined)[],
): number | undefined {
  const out = wishes.filter((wish) => wish !== undefined && wish > current)
  if (out.length > 0) return Math.max(...(out as number[]))
  if (wishes.length === 0 || wishes.includes(undefined)) return undefined
  const largest = Math.max(...(wishes as number[]))
  return largest < current ? largest : undefined
}

export function clamp(value: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, value))
}
