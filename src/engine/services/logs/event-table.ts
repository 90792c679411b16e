import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

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

/** The log events of every stream: a table of its own, since they are many and never change. */
export class EventTable {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec(`
      CREATE TABLE IF NOT EXISTS log_events (
        id INTEGER PRIMARY KEY,
        stream_id INTEGER NOT NULL,
        timestamp INTEGER NOT NULL,
        ingested_at INTEGER NOT NULL,
        message TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS log_events_by_time ON log_events (stream_id, timestamp, id);
    `)
  }

  append(
    streamId: number,
    events: readonly { timestamp: number; message: string }[],
    ingestedAt: number,
  ): void {
    const insert = this.#database.prepare(
      'INSERT INTO log_events (stream_id, timestamp, ingested_at, message) VALUES (?, ?, ?, ?)',
    )
    this.#database.exec('BEGIN')
    try {
      for (const { timestamp, message } of events) {
        insert.run(streamId, timestamp, ingestedAt, message)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** Events in order of time, lazily: the caller stops when its page is full. */
  *scan(range: EventRange): Generator<StoredEvent> {
    if (range.streamIds.length === 0) return
    const order = range.descending === true ? 'DESC' : 'ASC'
    const beyond = range.descending === true ? '<' : '>'
    const values: SQLInputValue[] = [...range.streamIds, range.from, range.to]
    let continued = ''
    if (range.after !== undefined) {
      continued = `AND (timestamp, id) ${beyond} (?, ?)`
      values.push(range.after.timestamp, range.after.id)
    }
    const marks = range.streamIds.map(() => '?').join(', ')
    const statement = this.#database.prepare(
      `SELECT id, stream_id AS streamId, timestamp, ingested_at AS ingestedAt, message
       FROM log_events WHERE stream_id IN (${marks}) AND timestamp >= ? AND timestamp < ?
       ${continued} ORDER BY timestamp ${order}, id ${order}`,
    )
    for (const row of statement.iterate(...values)) yield row as unknown as StoredEvent
  }

  deleteStream(streamId: number): void {
    this.#database.prepare('DELETE FROM log_events WHERE stream_id = ?').run(streamId)
  }

  deleteBefore(streamId: number, timestamp: number): void {
    this.#database
      .prepare('DELETE FROM log_events WHERE stream_id = ? AND timestamp < ?')
      .run(streamId, timestamp)
  }
}
