import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { LongshoreError } from '../../base/errors.ts'
import type { Collection, Store } from './store.ts'

type Listener<T> = (key: string, record: T | undefined, before: T | undefined) => void

type Change = 'insert' | 'replace' | 'delete'

const CHECKPOINT_PAGES = 8192

interface Row {
  collection: string
  key: string
  value: string
}

/**
 * Opens the store in `file` (`:memory:` for one that is forgotten). Rejects when the file is no
 * store of ours or cannot be written.
 */
export function openStore(file: string): Store {
  return new SqliteStore(openDatabase(file))
}

function openDatabase(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file)
    // WAL without a sync for each commit: what was committed survives the end of the process; only
    // a power cut may take the last moments. Syncs come with checkpoints, so these are rare.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      CREATE TABLE IF NOT EXISTS records (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        position INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (collection, key)
      ) STRICT, WITHOUT ROWID;
    `)
    return database
  } catch (error) {
    throw new LongshoreError('store', "the engine's state cannot be opened", {
      place: file,
      next: 'Free disk space or fix its permissions; "longshore engine reset" starts afresh.',
      cause: error,
    })
  }
}

class SqliteStore implements Store {
  readonly database: DatabaseSync
  readonly #collections = new Map<string, MemoryCollection<object>>()
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #insert: StatementSync
  readonly #replace: StatementSync
  readonly #delete: StatementSync
  /** Keys that changed since the last commit, by collection; a new key comes last. */
  #dirty = new Map<MemoryCollection<object>, Map<string, Change>>()
  #enlisted: (() => void)[] = []
  #commit: Promise<void> | undefined
  #position = 0
  #closed = false

  constructor(database: DatabaseSync) {
    this.database = database
    this.#begin = database.prepare('BEGIN')
    this.#end = database.prepare('COMMIT')
    const insert = `INSERT INTO records (collection, key, position, value) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET value = excluded.value`
    this.#replace = database.prepare(insert)
    // The key may still be on disk, deleted and put again since the last commit.
    this.#insert = database.prepare(`${insert}, position = excluded.position`)
    this.#delete = database.prepare('DELETE FROM records WHERE collection = ? AND key = ?')
    const rows = database.prepare('SELECT collection, key, value FROM records ORDER BY position')
    for (const row of rows.iterate()) {
      const { collection, key, value } = row as unknown as Row
      this.#collection(collection).load(key, JSON.parse(value) as object)
    }
    const last = database.prepare('SELECT max(position) AS last FROM records').get()
    this.#position = Number(last?.['last'] ?? 0)
  }

  collection<T extends object>(name: string): Collection<T> {
    return this.#collection(name) as unknown as Collection<T>
  }

  durable(): Promise<void> {
    return this.#isClean() ? Promise.resolve() : this.#scheduleCommit()
  }

  enlist(write: () => void): void {
    if (this.#closed) return
    this.#enlisted.push(write)
    this.#commitSoon()
  }

  flush(): void {
    this.#write()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    await this.durable()
    this.#closed = true
    this.database.close()
  }

  #collection(name: string): MemoryCollection<object> {
    const known = this.#collections.get(name)
    if (known !== undefined) return known
    const collection = new MemoryCollection<object>(name, (key, change) => {
      this.#touch(collection, key, change)
    })
    this.#collections.set(name, collection)
    return collection
  }

  #touch(collection: MemoryCollection<object>, key: string, change: Change): void {
    if (this.#closed) return
    let changes = this.#dirty.get(collection)
    if (changes === undefined) {
      changes = new Map()
      this.#dirty.set(collection, changes)
    }
    if (change === 'insert') changes.delete(key)
    if (change !== 'replace' || !changes.has(key)) changes.set(key, change)
    this.#commitSoon()
  }

  /** A write that nobody waits for must reach the disk too; a failure shows at the next wait. */
  #commitSoon(): void {
    if (this.#commit === undefined) this.#scheduleCommit().catch(() => {})
  }

  #isClean(): boolean {
    return this.#dirty.size === 0 && this.#enlisted.length === 0
  }

  /** One transaction for everything that is written in this turn of the event loop. */
  #scheduleCommit(): Promise<void> {
    this.#commit ??= new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.#commit = undefined
        try {
          this.#write()
          resolve()
        } catch (error) {
          reject(
            new LongshoreError('store', "the engine's state cannot be written", {
              next: 'Free disk space, then try again.',
              cause: error,
            }),
          )
        }
      })
    })
    return this.#commit
  }

  #write(): void {
    if (this.#closed || this.#isClean()) return
    const dirty = this.#dirty
    const enlisted = this.#enlisted
    this.#begin.run()
    try {
      for (const [collection, changes] of dirty) {
        for (const [key, change] of changes) this.#writeOne(collection, key, change)
      }
      for (const write of enlisted) write()
      this.#end.run()
      this.#dirty = new Map()
      this.#enlisted = []
    } catch (error) {
      // The changes stay dirty: the next commit tries them again.
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw error
    }
  }

  #writeOne(collection: MemoryCollection<object>, key: string, change: Change): void {
    if (change === 'delete') {
      this.#delete.run(collection.name, key)
      return
    }
    const statement = change === 'insert' ? this.#insert : this.#replace
    const value = JSON.stringify(collection.get(key))
    statement.run(collection.name, key, ++this.#position, value)
  }
}

class MemoryCollection<T extends object> implements Collection<T> {
  readonly name: string
  readonly #records = new Map<string, T>()
  readonly #listeners = new Set<Listener<T>>()
  readonly #touch: (key: string, change: Change) => void

  constructor(name: string, touch: (key: string, change: Change) => void) {
    this.name = name
    this.#touch = touch
  }

  get size(): number {
    return this.#records.size
  }

  load(key: string, record: T): void {
    this.#records.set(key, record)
  }

  get(key: string): T | undefined {
    return this.#records.get(key)
  }

  has(key: string): boolean {
    return this.#records.has(key)
  }

  put(key: string, record: T): void {
    const before = this.#records.get(key)
    this.#records.set(key, record)
    this.#touch(key, before === undefined ? 'insert' : 'replace')
    for (const listener of this.#listeners) listener(key, record, before)
  }

  delete(key: string): boolean {
    const before = this.#records.get(key)
    if (before === undefined) return false
    this.#records.delete(key)
    this.#touch(key, 'delete')
    for (const listener of this.#listeners) listener(key, undefined, before)
    return true
  }

  values(): IterableIterator<T> {
    return this.#records.values()
  }

  entries(): IterableIterator<[string, T]> {
    return this.#records.entries()
  }

  onChange(listener: Listener<T>): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
