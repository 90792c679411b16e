import { expect, test } from 'vitest'
import { startDelay } from './start-throttle.ts'

test('T1: waits twice as long after each round of failed starts, up to 27 minutes', () => {
  const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 50].map((n) => startDelay(n) / 1000)
  expect(seconds).toEqual([0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 1280, 1620, 1620])
})
