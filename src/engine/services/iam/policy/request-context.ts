/** The condition keys of a request and their values; keys know no case. */
export class RequestContext {
  readonly #values = new Map<string, readonly string[]>()

  constructor(values: Readonly<Record<string, string | readonly string[]>> = {}) {
    for (const [key, value] of Object.entries(values)) {
      this.#values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
    }
  }

  get(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase())
  }
}
