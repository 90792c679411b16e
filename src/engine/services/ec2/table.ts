import type { Collection } from '../../store/store.ts'
import { notFound } from './errors.ts'
import type { Ec2Record } from './records.ts'

export type FieldValue = string | number | boolean | undefined | readonly (string | undefined)[]

/** What a filter reads from a record: one value, several, or none. */
export type Field<T> = (record: T) => FieldValue

export interface TableOptions<T> {
  /** The kind's prefix in ids, without the hyphen: `vpc`, `subnet`. */
  readonly prefix: string
  /** The kind's name in TagSpecifications and DescribeTags. */
  readonly resourceType: string
  /** Filter name → field. */
  readonly fields: Readonly<Record<string, Field<T>>>
  /** Filters that find their records without a scan. */
  readonly indexed: readonly string[]
}

/** Told of each write: what was there, and what is there now. */
export type OnWrite<T> = (before: T | undefined, after: T | undefined) => void

/** The records of one kind, found by id at once and by their indexed fields without a scan. */
export class Table<T extends Ec2Record> {
  readonly prefix: string
  readonly resourceType: string
  readonly fields: Readonly<Record<string, Field<T>>>
  readonly #records: Collection<T>
  /** Field → `region/value` → keys. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>()
  readonly #onWrite: OnWrite<T>

  constructor(records: Collection<T>, options: TableOptions<T>, onWrite: OnWrite<T>) {
    this.#onWrite = onWrite
    this.#records = records
    this.prefix = options.prefix
    this.resourceType = options.resourceType
    this.fields = options.fields
    for (const name of options.indexed) this.#indexes.set(name, new Map())
    for (const [key, record] of records.entries()) this.#index(key, record, true)
  }

  find(region: string, id: string): T | undefined {
    return this.#records.get(`${region}/${id}`)
  }

  /** The record of that id; throws AWS's not-found error of the kind. */
  get(region: string, id: string | undefined): T {
    const record = this.find(region, id ?? '')
    if (record === undefined) throw notFound(this.prefix, id ?? '')
    return record
  }

  put(record: T): void {
    const key = `${record.region}/${record.id}`
    const before = this.#records.get(key)
    if (before !== undefined) this.#index(key, before, false)
    this.#records.put(key, record)
    this.#index(key, record, true)
    this.#onWrite(before, record)
  }

  delete(record: T): void {
    const key = `${record.region}/${record.id}`
    const before = this.#records.get(key)
    if (before === undefined) return
    this.#index(key, before, false)
    this.#records.delete(key)
    this.#onWrite(before, undefined)
  }

  /** Every record of the region, oldest first. */
  list(region: string): T[] {
    return [...this.#records.values()].filter((record) => record.region === region)
  }

  isIndexed(field: string): boolean {
    return this.#indexes.has(field)
  }

  /** The records whose indexed field has that value. */
  by(region: string, field: string, value: string): T[] {
    const keys = this.#indexes.get(field)?.get(`${region}/${value}`) ?? []
    return [...keys].flatMap((key) => this.#records.get(key) ?? [])
  }

  countBy(region: string, field: string, value: string): number {
    return this.#indexes.get(field)?.get(`${region}/${value}`)?.size ?? 0
  }

  #index(key: string, record: T, present: boolean): void {
    for (const [name, index] of this.#indexes) {
      for (const value of valuesOf(this.fields[name]?.(record))) {
        const place = `${record.region}/${value}`
        const keys = index.get(place) ?? new Set()
        if (present) index.set(place, keys.add(key))
        else if (keys.delete(key) && keys.size === 0) index.delete(place)
      }
    }
  }
}

/** A field's values as the strings that filters compare. */
export function valuesOf(value: FieldValue): string[] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [String(value)]
  return value.filter((item) => item !== undefined)
}
