import type { Collection } from '../../../store/store.ts'

/** A collection whose records belong to stacks, with the records of each stack at hand. */
export class GroupedRecords<T extends { readonly stackId: string }> {
  readonly #collection: Collection<T>
  readonly #id: (record: T) => string
  readonly #groups = new Map<string, Map<string, T>>()

  constructor(collection: Collection<T>, id: (record: T) => string) {
    this.#collection = collection
    this.#id = id
    for (const record of collection.values()) this.#group(record.stackId).set(id(record), record)
  }

  /** The records of a stack in the order in which they were first put. */
  of(stackId: string): readonly T[] {
    return [...(this.#groups.get(stackId)?.values() ?? [])]
  }

  get(stackId: string, id: string): T | undefined {
    return this.#groups.get(stackId)?.get(id)
  }

  put(record: T): void {
    const id = this.#id(record)
    this.#group(record.stackId).set(id, record)
    this.#collection.put(keyOf(record.stackId, id), record)
  }

  delete(stackId: string, id: string): void {
    this.#groups.get(stackId)?.delete(id)
    this.#collection.delete(keyOf(stackId, id))
  }

  /** Removes every record of the stack. */
  clear(stackId: string): void {
    for (const id of this.#groups.get(stackId)?.keys() ?? [])
      this.#collection.delete(keyOf(stackId, id))
    this.#groups.delete(stackId)
  }

  /** Calls back after each change of a record of the stack. */
  onChange(stackId: string, listener: () => void): () => void {
    const prefix = keyOf(stackId, '')
    return this.#collection.onChange((key) => {
      if (key.startsWith(prefix)) listener()
    })
  }

  #group(stackId: string): Map<string, T> {
    const found = this.#groups.get(stackId)
    if (found !== undefined) return found
    const group = new Map<string, T>()
    this.#groups.set(stackId, group)
    return group
  }
}

function keyOf(stackId: string, id: string): string {
  const [, , , region = ''] = stackId.split(':')
  return `${region}/${stackId}/${id}`
}
