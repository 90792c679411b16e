import type { Collection, Store } from './store/store.ts'

/** The regions in which anything was ever called: AWS has many, a machine uses one or two. */
export class RegionsInUse {
  readonly #regions: Collection<{ readonly name: string }>

  constructor(store: Store) {
    this.#regions = store.collection('engine/regions')
  }

  add(name: string): void {
    if (!this.#regions.has(name)) this.#regions.put(name, { name })
  }

  list(): readonly string[] {
    return [...this.#regions.values()].map(({ name }) => name)
  }
}
