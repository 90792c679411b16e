import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openStore } from '../../store/sqlite-store.ts'
import { EventTable } from './event-table.ts'

const batch = fc.record({
  streamId: fc.constantFrom(1, 2, 3),
  times: fc
    .array(fc.nat(30), { minLength: 1, maxLength: 5 })
    .map((times) => times.sort((a, b) => a - b)),
})

function tableOf(batches: readonly { streamId: number; times: readonly number[] }[]) {
  const table = new EventTable(openStore(':memory:'))
  for (const [i, { streamId, times }] of batches.entries()) {
    const events = times.map((timestamp, j) => ({ timestamp, message: `${i}.${j}` }))
    table.append(streamId, events, 100)
  }
  return table
}

test('finds the events of a range in the order of their times, whatever calls put them', () => {
  fc.assert(
    fc.property(
      fc.array(batch),
      fc.nat(30),
      fc.nat(30),
      fc.boolean(),
      (batches, from, to, descending) => {
        const table = tableOf(batches)
        const expected = batches
          .flatMap(({ streamId, times }, i) =>
            times.map((timestamp, j) => ({
              streamId,
              timestamp,
              order: i * 10 + j,
              message: `${i}.${j}`,
            })),
          )
          .filter(
            (event) => event.streamId !== 3 && event.timestamp >= from && event.timestamp < to,
          )
          .sort((a, b) => a.timestamp - b.timestamp || a.order - b.order)
          .map(({ message }) => message)
        const found = [...table.scan({ streamIds: [1, 2], from, to, descending })]
        expect(found.map(({ message }) => message)).toEqual(
          descending ? expected.toReversed() : expected,
        )
      },
    ),
  )
})

test('goes on after any event that it gave', () => {
  fc.assert(
    fc.property(
      fc.array(batch, { minLength: 1 }),
      fc.boolean(),
      fc.nat(),
      (batches, descending, n) => {
        const table = tableOf(batches)
        const range = { streamIds: [1, 2, 3], from: 0, to: 31, descending }
        const all = [...table.scan(range)]
        const at = n % all.length
        expect([...table.scan({ ...range, after: all[at] })]).toEqual(all.slice(at + 1))
      },
    ),
  )
})

test('forgets a stream, and what is too old', () => {
  const table = tableOf([
    { streamId: 1, times: [1, 2] },
    { streamId: 1, times: [5, 6] },
    { streamId: 2, times: [7] },
  ])
  const times = () =>
    [...table.scan({ streamIds: [1, 2], from: 0, to: 10 })].map(({ timestamp }) => timestamp)
  table.deleteBefore(1, 4)
  expect(times()).toEqual([5, 6, 7])
  table.deleteStream(1)
  expect(times()).toEqual([7])
})
