import type { Batch, StoredEvent } from './event-table.ts'

/** A batch that is being read. */
interface Cursor {
  readonly events: readonly StoredEvent[]
  next: number
}

/**
 * The events of batches that may overlap, in one order of time and id. A batch is opened when the
 * order reaches it, so that a reader that stops early has read little.
 */
export function* mergeBatches(
  batches: readonly Batch[],
  eventsOf: (batch: Batch) => StoredEvent[],
  descending: boolean,
): Generator<StoredEvent> {
  const begins = ({ firstTime, lastTime }: Batch): number => (descending ? -lastTime : firstTime)
  const queue = batches.toSorted((a, b) => begins(a) - begins(b))
  const direction = descending ? -1 : 1
  const open = new Set<Cursor>()
  let opened = 0
  for (;;) {
    let best = soonest(open, direction)
    for (let batch = queue[opened]; batch !== undefined; batch = queue[opened]) {
      const event = best?.events[best.next]
      if (event !== undefined && begins(batch) > direction * event.timestamp) break
      const events = eventsOf(batch)
      open.add({ events: descending ? events.toReversed() : events, next: 0 })
      opened++
      best = soonest(open, direction)
    }
    const event = best?.events[best.next]
    if (best === undefined || event === undefined) return
    yield event
    best.next++
    if (best.next === best.events.length) open.delete(best)
  }
}

function soonest(open: ReadonlySet<Cursor>, direction: number): Cursor | undefined {
  let best: { cursor: Cursor; event: StoredEvent } | undefined
  for (const cursor of open) {
    const event = cursor.events[cursor.next]
    if (event === undefined) continue
    const earlier =
      best === undefined ||
      direction * (event.timestamp - best.event.timestamp || event.id - best.event.id) < 0
    if (earlier) best = { cursor, event }
  }
  return best?.cursor
}
