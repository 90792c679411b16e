import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

test('runs timers in the order of their times, and equal times in the order of their setting', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
      const clock = new VirtualClock(0)
      const ran: { at: number; index: number }[] = []
      for (const [index, delay] of delays.entries()) {
        clock.after(delay, () => ran.push({ at: clock.now(), index }))
      }
      while (await clock.runNext());
      const expected = delays
        .map((at, index) => ({ at, index }))
        .sort((a, b) => a.at - b.at || a.index - b.index)
      expect(ran).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

test('lets a controller that awaits make its progress between two timers', async () => {
  const clock = new VirtualClock(0)
  const seen: number[] = []
  const loop = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10)
      await Promise.resolve()
      seen.push(clock.now())
    }
  }
  const done = loop()
  await clock.advance(100)
  await done
  expect(seen).toEqual([10, 20, 30])
  expect(clock.now()).toBe(100)
})

test('never runs a timer that was cancelled, even by one of the same moment', async () => {
  const clock = new VirtualClock(0)
  const ran: string[] = []
  clock.after(5, () => {
    ran.push('first')
    second.cancel()
  })
  const second = clock.after(5, () => ran.push('second'))
  await clock.advance(10)
  expect(ran).toEqual(['first'])
  expect(await clock.runNext()).toBe(false)
})
