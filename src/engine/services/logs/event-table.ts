import type { StatementSync } from 'node:sqlite'
import type { Store } from '../../store/store.ts'
import { mergeBatches } from './merge-batches.ts'

/** A log event as it is kept. Times are wall-clock milliseconds. */
export interface StoredEvent {
  readonly id: number
  readonly streamId: number
  readonly timestamp: number
  readonly ingestedAt: number
  readonly message: string
}

export interface EventRange {
  readonly streamIds: readonly number[]
  /** Inclusive. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Events after this one only, in the order of the scan. */
  readonly after?: { readonly timestamp: number; readonly id: number } | undefined
  readonly descending?: boolean
}

/** What was put by one call: a row, since events are many and never change. */
export interface Batch {
  readonly id: number
  readonly streamId: number
  readonly firstTime: number
  readonly lastTime: number
  readonly ingestedAt: number
}

/** An event's id is its batch's, and its place in there; AWS takes 10,000 events a call. */
const BATCH_IDS = 10_000

/** The log events of every stream, in a table of their own. */
export class EventTable {
  readonly #store: Store
  readonly #insert: StatementSync
  readonly #read: StatementSync
  #lastBatch: number

  constructor(store: Store) {
    this.#store = store
    store.database.exec(`
      CREATE TABLE IF NOT EXISTS log_batches (
        id INTEGER PRIMARY KEY,
        stream_id INTEGER NOT NULL,
        first_time INTEGER NOT NULL,
        last_time INTEGER NOT NULL,
        ingested_at INTEGER NOT NULL,
        events TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS log_batches_by_time
        ON log_batches (stream_id, first_time, last_time, ingested_at);
    `)
    this.#insert = store.database.prepare('INSERT INTO log_batches VALUES (?, ?, ?, ?, ?, ?)')
    this.#read = store.database.prepare('SELECT events FROM log_batches WHERE id = ?')
    const last = store.database.prepare('SELECT max(id) AS id FROM log_batches').get()
    this.#lastBatch = Number(last?.['id'] ?? 0)
  }

  /** Appends events, which are in the order of their times. */
  append(
    streamId: number,
    events: readonly { timestamp: number; message: string }[],
    ingestedAt: number,
  ): void {
    const first = events[0]
    const last = events.at(-1)
    if (first === undefined || last === undefined) return
    const id = ++this.#lastBatch
    const text = JSON.stringify(events.map(({ timestamp, message }) => [timestamp, message]))
    this.#store.enlist(() => {
      this.#insert.run(id, streamId, first.timestamp, last.timestamp, ingestedAt, text)
    })
  }

  /** Events in order of time, lazily: the caller stops when its page is full. */
  *scan(range: EventRange): Generator<StoredEvent> {
    this.#store.flush()
    const { after, descending = false } = range
    const from =
      after === undefined || descending ? range.from : Math.max(range.from, after.timestamp)
    const to =
      after === undefined || !descending ? range.to : Math.min(range.to, after.timestamp + 1)
    const batches = range.streamIds.flatMap((streamId) => this.#batches(streamId, from, to))
    const events = mergeBatches(batches, (batch) => this.#eventsOf(batch), descending)
    for (const event of events) {
      if (event.timestamp < from || event.timestamp >= to) continue
      if (after !== undefined && !isBeyond(event, after, descending)) continue
      yield event
    }
  }

  deleteStream(streamId: number): void {
    this.#store.enlist(() => {
      this.#store.database.prepare('DELETE FROM log_batches WHERE stream_id = ?').run(streamId)
    })
  }

  /** Forgets events that are older, as far as whole batches are. */
  deleteBefore(streamId: number, timestamp: number): void {
    this.#store.enlist(() => {
      this.#store.database
        .prepare('DELETE FROM log_batches WHERE stream_id = ? AND last_time < ?')
        .run(streamId, timestamp)
    })
  }

  #batches(streamId: number, from: number, to: number): Batch[] {
    const rows = this.#store.database
      .prepare(
        `SELECT id, stream_id AS streamId, first_time AS firstTime, last_time AS lastTime,
           ingested_at AS ingestedAt
         FROM log_batches WHERE stream_id = ? AND first_time < ? AND last_time >= ?`,
      )
      .all(streamId, to, from)
    return rows as unknown as Batch[]
  }

  #eventsOf({ id, streamId, ingestedAt }: Batch): StoredEvent[] {
    const row = this.#read.get(id)
    const events = JSON.parse(String(row?.['events'] ?? '[]')) as [number, string][]
    return events.map(([timestamp, message], i) => ({
      id: id * BATCH_IDS + i,
      streamId,
      timestamp,
      ingestedAt,
      message,
    }))
  }
}

function isBeyond(
  event: StoredEvent,
  { timestamp, id }: { timestamp: number; id: number },
  descending: boolean,
): boolean {
  const later = event.timestamp - timestamp || event.id - id
  return descending ? later < 0 : later > 0
}
