import type { DatabaseSync } from 'node:sqlite'
import type { Store } from '../../../store/store.ts'
import { addSummary, addValue, type Bucket, emptyBucket, mergeBuckets } from './statistics.ts'

/** What tells one metric from another. */
export interface MetricId {
  readonly region: string
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

export interface Series extends MetricId {
  readonly id: number
  readonly unit: string | undefined
}

export type Sample =
  | { readonly value: number; readonly count: number }
  | { readonly sum: number; readonly count: number; readonly min: number; readonly max: number }

/** The finest period that is kept: alarms and graphs look at nothing shorter than 10 seconds. */
export const RESOLUTION_MS = 10_000
/** CloudWatch keeps fine periods for hours and coarse ones for months; a laptop needs days. */
const RETENTION_MS = 15 * 86_400_000

interface Row {
  series: number
  start: number
  sum: number
  count: number
  min: number
  max: number
  vals: string | null
}

/** Metric data: series in memory, their buckets read from memory and written through to a table. */
export class MetricStore {
  readonly #store: Store
  readonly #database: DatabaseSync
  readonly #series = new Map<string, Series>()
  readonly #buckets = new Map<number, Map<number, Bucket>>()
  /** Buckets that changed since the last commit. */
  #dirty: Set<string> | undefined

  constructor(store: Store) {
    this.#store = store
    this.#database = store.database
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS metric_series (
        id INTEGER PRIMARY KEY, identity TEXT NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS metric_buckets (
        series INTEGER NOT NULL, start INTEGER NOT NULL, sum REAL NOT NULL, count REAL NOT NULL,
        min REAL NOT NULL, max REAL NOT NULL, vals TEXT,
        PRIMARY KEY (series, start)
      ) STRICT, WITHOUT ROWID;
    `)
    this.#load()
  }

  /** Adds a sample; `at` is engine time. */
  add(metric: MetricId, unit: string | undefined, at: number, sample: Sample): void {
    const series = this.#seriesOf(metric, unit)
    const start = Math.floor(at / RESOLUTION_MS) * RESOLUTION_MS
    const buckets = this.#bucketsOf(series.id)
    const bucket = buckets.get(start) ?? emptyBucket(start)
    buckets.set(
      start,
      'value' in sample ? addValue(bucket, sample.value, sample.count) : addSummary(bucket, sample),
    )
    this.#touch(series.id, start)
  }

  find(metric: MetricId): Series | undefined {
    return this.#series.get(keyOf(metric))
  }

  all(): IterableIterator<Series> {
    return this.#series.values()
  }

  /** The buckets of [from, to) in periods of `periodMs`, oldest first; empty periods are left out. */
  periods(series: Series, range: { from: number; to: number; periodMs: number }): Bucket[] {
    const groups = new Map<number, Bucket[]>()
    for (const bucket of this.#bucketsOf(series.id).values()) {
      if (bucket.start < range.from || bucket.start >= range.to) continue
      const start = Math.floor(bucket.start / range.periodMs) * range.periodMs
      const group = groups.get(start)
      if (group === undefined) groups.set(start, [bucket])
      else group.push(bucket)
    }
    return [...groups]
      .sort(([a], [b]) => a - b)
      .map(([start, buckets]) => mergeBuckets(start, buckets))
  }

  /** Forgets what is too old at `now`. */
  expire(now: number): void {
    const oldest = now - RETENTION_MS
    for (const buckets of this.#buckets.values()) {
      for (const start of buckets.keys()) if (start < oldest) buckets.delete(start)
    }
    this.#database.prepare('DELETE FROM metric_buckets WHERE start < ?').run(oldest)
  }

  #write(dirty: ReadonlySet<string>): void {
    const put = this.#database.prepare(
      'INSERT OR REPLACE INTO metric_buckets VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    for (const key of dirty) {
      const [series = 0, start = 0] = key.split(':').map(Number)
      const bucket = this.#buckets.get(series)?.get(start)
      if (bucket === undefined) continue
      const values = bucket.values === undefined ? null : JSON.stringify([...bucket.values])
      put.run(series, start, bucket.sum, bucket.count, bucket.min, bucket.max, values)
    }
  }

  #touch(series: number, start: number): void {
    if (this.#dirty === undefined) {
      const dirty = new Set<string>()
      this.#dirty = dirty
      this.#store.enlist(() => {
        if (this.#dirty === dirty) this.#dirty = undefined
        this.#write(dirty)
      })
    }
    this.#dirty.add(`${series}:${start}`)
  }

  #seriesOf(metric: MetricId, unit: string | undefined): Series {
    const key = keyOf(metric)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const series: Series = { ...metric, id: this.#series.size + 1, unit }
    this.#series.set(key, series)
    this.#database
      .prepare('INSERT INTO metric_series (id, identity) VALUES (?, ?)')
      .run(series.id, JSON.stringify(series))
    return series
  }

  #bucketsOf(series: number): Map<number, Bucket> {
    let buckets = this.#buckets.get(series)
    if (buckets === undefined) {
      buckets = new Map()
      this.#buckets.set(series, buckets)
    }
    return buckets
  }

  #load(): void {
    const list = this.#database.prepare('SELECT identity FROM metric_series ORDER BY id')
    for (const row of list.iterate()) {
      const series = JSON.parse(String(row['identity'])) as Series
      this.#series.set(keyOf(series), series)
    }
    for (const each of this.#database.prepare('SELECT * FROM metric_buckets').iterate()) {
      const row = each as unknown as Row
      const values =
        row.vals === null ? undefined : new Map(JSON.parse(row.vals) as [number, number][])
      const { start, sum, count, min, max } = row
      this.#bucketsOf(row.series).set(start, { start, sum, count, min, max, values })
    }
  }
}

function keyOf({ region, namespace, name, dimensions }: MetricId): string {
  const sorted = Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key] ?? ''}`)
  return [region, namespace, name, ...sorted].join('\u0000')
}
