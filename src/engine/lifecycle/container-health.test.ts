import { expect, test } from 'vitest'
import { afterCheck, taskHealth, UNKNOWN_HEALTH } from './container-health.ts'

const rule = { retries: 3, startPeriodMs: 10_000 }

function after(results: readonly (readonly [boolean, number])[]) {
  let state = UNKNOWN_HEALTH
  for (const [passed, sinceStartMs] of results) {
    state = afterCheck(state, passed, { rule, sinceStartMs })
  }
  return state.status
}

test('K5: a container is UNKNOWN until its first result', () => {
  expect(after([])).toBe('UNKNOWN')
  expect(after([[true, 1000]])).toBe('HEALTHY')
})

test('K5: failures within the start period do not count', () => {
  const early = [1000, 2000, 3000, 4000].map((at) => [false, at] as const)
  expect(after(early)).toBe('UNKNOWN')
  expect(after([...early, [false, 10_000], [false, 11_000]])).toBe('UNKNOWN')
  expect(after([...early, [false, 10_000], [false, 11_000], [false, 12_000]])).toBe('UNHEALTHY')
})

test('K5: a success ends the start period', () => {
  const failing = [2000, 3000, 4000].map((at) => [false, at] as const)
  expect(after([[true, 1000], ...failing])).toBe('UNHEALTHY')
})

test('K5: one success makes an unhealthy container healthy again', () => {
  const failing = [11_000, 12_000, 13_000].map((at) => [false, at] as const)
  expect(after([...failing, [true, 14_000]])).toBe('HEALTHY')
})

test('K6: a task is as well as its essential containers that are checked', () => {
  const container = (health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN', view = {}) => ({
    essential: true,
    checked: true,
    health,
    ...view,
  })
  expect(taskHealth([container('HEALTHY'), container('UNKNOWN', { checked: false })])).toBe(
    'HEALTHY',
  )
  expect(taskHealth([container('HEALTHY'), container('UNKNOWN')])).toBe('UNKNOWN')
  expect(taskHealth([container('UNKNOWN'), container('UNHEALTHY')])).toBe('UNHEALTHY')
  expect(taskHealth([container('HEALTHY'), container('UNHEALTHY', { essential: false })])).toBe(
    'HEALTHY',
  )
  expect(taskHealth([container('HEALTHY', { checked: false })])).toBe('UNKNOWN')
})
