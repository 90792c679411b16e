import type { StepScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterCooldown, clamp, combine, stepCapacity, trackingCapacity } from './decide.ts'

describe('ASG-2: target tracking', () => {
  test('scales out in proportion to the metric', () => {
    const out = { target: 70, direction: 'out' } as const
    expect(trackingCapacity({ ...out, current: 2, metric: 100 })).toBe(3)
    expect(trackingCapacity({ ...out, current: 4, metric: 140 })).toBe(8)
    expect(trackingCapacity({ ...out, current: 2, metric: 70 })).toBeUndefined()
  })

  test('scales in no further than the target allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (current, metric, target) => {
          const to = trackingCapacity({ current, metric, target, direction: 'in' })
          if (to === undefined) return
          expect(to).toBeLessThan(current)
          expect((current * metric) / Math.max(to, 1)).toBeLessThanOrEqual(target + 1e-6)
        },
      ),
    )
  })

  test('a larger scale-out goes ahead during the cooldown, a smaller one waits', () => {
    const cooling = {
      now: 100,
      outMs: 300,
      inMs: 300,
      lastOut: { at: 0, from: 2, to: 4 },
      lastIn: undefined,
    }
    expect(afterCooldown({ capacity: 6, current: 4 }, cooling)).toBe(6)
    expect(afterCooldown({ capacity: 4, current: 3 }, cooling)).toBeUndefined()
  })

  test('scaling in waits for both cooldowns', () => {
    const idle = { outMs: 300, inMs: 300, lastOut: undefined, lastIn: undefined }
    const wish = { capacity: 1, current: 4 }
    expect(afterCooldown(wish, { ...idle, now: 100 })).toBe(1)
    expect(afterCooldown(wish, { ...idle, now: 100, lastIn: { at: 0 } })).toBeUndefined()
    const out = { at: 0, from: 2, to: 4 }
    expect(afterCooldown(wish, { ...idle, now: 299, lastOut: out })).toBeUndefined()
    expect(afterCooldown(wish, { ...idle, now: 300, lastOut: out })).toBe(1)
  })

  test('of several policies the largest wins, and all must agree to scale in', () => {
    expect(combine(4, [6, 8])).toBe(8)
    expect(combine(4, [2, undefined])).toBeUndefined()
    expect(combine(4, [2, 3])).toBe(3)
    expect(combine(4, [])).toBeUndefined()
  })
})

describe('ASG-3: step scaling', () => {
  const steps = [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 10 },
    { MetricIntervalLowerBound: 10, ScalingAdjustment: 30 },
  ]

  test('picks the step by the distance from the threshold', () => {
    const policy = {
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [...steps],
    } satisfies StepScalingPolicyConfiguration
    expect(stepCapacity(policy, { current: 5, metric: 60, threshold: 50 })).toBe(35)
    expect(stepCapacity(policy, { current: 5, metric: 59, threshold: 50 })).toBe(15)
  })

  test('rounds percentages toward zero, but changes by at least one', () => {
    const policy = {
      AdjustmentType: 'PercentChangeInCapacity',
      StepAdjustments: [...steps],
    } satisfies StepScalingPolicyConfiguration
    expect(stepCapacity(policy, { current: 25, metric: 50, threshold: 50 })).toBe(27)
    expect(stepCapacity(policy, { current: 5, metric: 50, threshold: 50 })).toBe(6)
    expect(
      stepCapacity(
        { ...policy, MinAdjustmentMagnitude: 4 },
        { current: 5, metric: 50, threshold: 50 },
      ),
    ).toBe(9)
  })
})

test('the result stays between the bounds', () => {
  expect([0, 3, 9].map((value) => clamp(value, { min: 1, max: 4 }))).toEqual([1, 3, 4])
})
