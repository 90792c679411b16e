import { expect, test } from 'vitest'
import type { Clock } from '../../clock/clock.ts'
import { VirtualClock } from '../../clock/virtual-clock.ts'
import { drainTarget } from './drain.ts'
import { IdleConnections } from './idle-connections.ts'
import { Target } from './target.ts'

/** A clock that runs twenty times as fast as the one on the wall. */
function fast(): { clock: Clock; virtual: VirtualClock } {
  const virtual = new VirtualClock()
  const clock: Clock = {
    pace: 20,
    now: () => virtual.now(),
    after: (delayMs, action) => virtual.after(delayMs, action),
    sleep: (delayMs, signal) => virtual.sleep(delayMs, signal),
    real: (wallMs) => wallMs * 20,
    toWall: (engineMs) => virtual.toWall(engineMs),
    fromWall: (wall) => virtual.fromWall(wall),
  }
  return { clock, virtual }
}

function drain(clock: Clock): { target: Target; events: string[] } {
  const events: string[] = []
  const target = new Target({ id: '10.0.0.9', ip: '10.0.0.9', port: 80 }, new IdleConnections())
  target.connections.add({ cut: () => events.push('cut') })
  target.drainingSinceMs = clock.now()
  target.begin()
  target.drain = drainTarget(target, {
    clock,
    delayMs: 30_000,
    onDrained: () => events.push('drained'),
  })
  return { target, events }
}

test('is over at the end of the paced delay when nothing is in flight', async () => {
  const { clock, virtual } = fast()
  const { target, events } = drain(clock)
  target.end()
  await virtual.advance(29_999)
  expect(events).toEqual([])
  await virtual.advance(1)
  expect(events).toEqual(['cut', 'drained'])
})

test('waits for what is in flight past the paced delay, but no longer than the real one', async () => {
  const { clock, virtual } = fast()
  const finishing = drain(clock)
  const stuck = drain(clock)
  await virtual.advance(100_000)
  expect([...finishing.events, ...stuck.events]).toEqual([])
  finishing.target.end()
  expect(finishing.events).toEqual(['cut', 'drained'])
  await virtual.advance(499_999)
  expect(stuck.events).toEqual([])
  await virtual.advance(1)
  expect(stuck.events).toEqual(['cut', 'drained'])
})

test('is over no more once it is cancelled', async () => {
  const { clock, virtual } = fast()
  const { target, events } = drain(clock)
  target.drain?.cancel()
  target.end()
  await virtual.advance(1_000_000)
  expect(events).toEqual([])
})
