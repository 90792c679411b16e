import type { DatabaseSync } from 'node:sqlite'

/**
 * The engine's state: collections of immutable records, read from memory, written through to one
 * SQLite file. A record is replaced, never mutated.
 *
 * Writes are collected and committed in one transaction; `durable()` resolves when everything
 * written so far survives a `kill -9`. The gateway waits for it before it acknowledges a call.
 */
export interface Store {
  /**
   * The collection of that name, made when missing. By convention `service/kind`, for example
   * `ecs/services`; keys start with the region: `us-east-1/cluster/name`.
   */
  collection<T extends object>(name: string): Collection<T>
  durable(): Promise<void>
  /** For services with bulk data of their own shape (log events, metrics): own tables only. */
  readonly database: DatabaseSync
  /** Runs `write`, which changes own tables, inside the next commit; again when that fails. */
  enlist(write: () => void): void
  /** Commits now, for who is about to read own tables. */
  flush(): void
  close(): Promise<void>
}

export interface Collection<T extends object> {
  readonly size: number
  get(key: string): T | undefined
  has(key: string): boolean
  put(key: string, record: T): void
  delete(key: string): boolean
  /** In order of insertion. */
  values(): IterableIterator<T>
  entries(): IterableIterator<[string, T]>
  /** Called after each change in this process; `undefined` means deleted. */
  onChange(
    listener: (key: string, record: T | undefined, before: T | undefined) => void,
  ): () => void
}
