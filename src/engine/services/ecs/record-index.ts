import type { Collection } from '../../store/store.ts'

/** Records by something that they share, so that nobody scans a collection for a few of them. */
export class RecordIndex<T extends object> {
  readonly #collection: Collection<T>
  readonly #groupOf: (record: T) => string | undefined
  readonly #keys = new Map<string, Set<string>>()

  constructor(collection: Collection<T>, groupOf: (record: T) => string | undefined) {
    this.#collection = collection
    this.#groupOf = groupOf
    for (const [key, record] of collection.entries()) this.#add(key, record)
    collection.onChange((key, record, before) => {
      const [group, old] = [record, before].map((each) => each && groupOf(each))
      if (record !== undefined && before !== undefined && group === old) return
      if (old !== undefined) this.#remove(old, key)
      if (record !== undefined) this.#add(key, record)
    })
  }

  /** The group's records, oldest first. */
  of(group: string): T[] {
    return [...(this.#keys.get(group) ?? [])].flatMap((key) => this.#collection.get(key) ?? [])
  }

  #add(key: string, record: T): void {
    const group = this.#groupOf(record)
    if (group === undefined) return
    const keys = this.#keys.get(group)
    if (keys === undefined) this.#keys.set(group, new Set([key]))
    else keys.add(key)
  }

  #remove(group: string, key: string): void {
    const keys = this.#keys.get(group)
    keys?.delete(key)
    if (keys?.size === 0) this.#keys.delete(group)
  }
}
