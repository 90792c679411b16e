import { expect, test } from 'vitest'
import { breakerThreshold } from './circuit-breaker.ts'

const on = { enable: true, rollback: true }

test.each([
  [1, 3],
  [6, 3],
  [7, 4],
  [25, 13],
  [400, 200],
  [800, 200],
])('C1: a service of %i tasks is given up after %i failures', (desired, threshold) => {
  expect(breakerThreshold(on, desired)).toBe(threshold)
})

test('C1: a service without a breaker is never given up', () => {
  expect(breakerThreshold(undefined, 5)).toBeUndefined()
  expect(breakerThreshold({ enable: false, rollback: false }, 5)).toBeUndefined()
})

test('C2: the threshold is a count, or a share with or without bounds', () => {
  const of = (type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT', value: number) =>
    breakerThreshold({ ...on, thresholdConfiguration: { type, value } }, 1000)
  expect(of('COUNT', 7)).toBe(7)
  expect(of('BOUNDED_PERCENT', 90)).toBe(200)
  expect(of('BOUNDED_PERCENT', 0)).toBe(3)
  expect(of('UNBOUNDED_PERCENT', 90)).toBe(900)
})
