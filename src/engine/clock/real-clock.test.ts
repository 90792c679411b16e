import { describe, expect, test, vi } from 'vitest'
import { openStore } from '../store/sqlite-store.ts'
import { RealClock } from './real-clock.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 10, 20)

function wallClock(startMs = START) {
  let nowMs = startMs
  return {
    now: () => nowMs,
    pass: (durationMs: number) => {
      nowMs += durationMs
    },
  }
}

describe('engine time', () => {
  test('begins at the wall clock and runs faster by the pace', () => {
    const wall = wallClock()
    const clock = new RealClock(10, openStore(':memory:'), wall.now)
    expect(clock.now()).toBe(START)
    wall.pass(1000)
    expect(clock.now()).toBe(START + 10_000)
  })

  test('goes on from where it was when the pace changes', () => {
    const wall = wallClock()
    const store = openStore(':memory:')
    const fast = new RealClock(60, store, wall.now)
    wall.pass(HOUR_MS)
    const before = fast.now()
    const slow = new RealClock(1, store, wall.now)
    expect(slow.now()).toBe(before)
    wall.pass(1000)
    expect(slow.now()).toBe(before + 1000)
  })

  test('of an old record keeps its wall-clock time, whatever the pace became', () => {
    const wall = wallClock()
    const store = openStore(':memory:')
    const times: { engineMs: number; wallMs: number }[] = []
    for (const pace of [1, 100, 3, 1]) {
      const clock = new RealClock(pace, store, wall.now)
      wall.pass(90_000)
      times.push({ engineMs: clock.now(), wallMs: wall.now() })
      wall.pass(90_000)
    }
    const last = new RealClock(7, store, wall.now)
    for (const { engineMs, wallMs } of times) {
      expect(last.toWall(engineMs).getTime()).toBe(wallMs)
      expect(last.fromWall(new Date(wallMs))).toBe(engineMs)
    }
  })

  test('stands still when the machine’s clock is set back', () => {
    const wall = wallClock()
    const clock = new RealClock(2, openStore(':memory:'), wall.now)
    wall.pass(60_000)
    const before = clock.now()
    wall.pass(-30_000)
    expect(clock.now()).toBe(before)
  })

  test('measures real durations in its own milliseconds', () => {
    expect(new RealClock(10, openStore(':memory:')).real(30_000)).toBe(300_000)
  })
})

describe('a wait', () => {
  test('takes its engine time divided by the pace, and can be longer than a timer of Node', () => {
    vi.useFakeTimers()
    try {
      const clock = new RealClock(1, openStore(':memory:'))
      const done: string[] = []
      clock.after(60 * 24 * HOUR_MS, () => done.push('in sixty days'))
      clock.after(1000, () => done.push('in a second'))
      clock.after(500, () => done.push('never')).cancel()
      vi.advanceTimersByTime(1000)
      expect(done).toEqual(['in a second'])
      vi.advanceTimersByTime(59 * 24 * HOUR_MS)
      expect(done).toEqual(['in a second'])
      vi.advanceTimersByTime(2 * 24 * HOUR_MS)
      expect(done).toEqual(['in a second', 'in sixty days'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('ends with the reason of the signal that aborts it', async () => {
    const clock = new RealClock(1, openStore(':memory:'))
    const stopping = new AbortController()
    const waiting = clock.sleep(HOUR_MS, stopping.signal)
    stopping.abort(new Error('the engine stops'))
    await expect(waiting).rejects.toThrow('the engine stops')
    await expect(clock.sleep(HOUR_MS, stopping.signal)).rejects.toThrow('the engine stops')
  })
})
