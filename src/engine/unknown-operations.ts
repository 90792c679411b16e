import type { Log } from '../base/log.ts'
import type { ServiceName } from './services/service.ts'

/** Counts the operations that were asked for and that the engine does not have. */
export class UnknownOperations {
  readonly #log: Log
  readonly #counts = new Map<string, number>()

  constructor(log: Log) {
    this.#log = log
  }

  count(service: ServiceName, operation: string): void {
    const name = `${service} ${operation}`
    const before = this.#counts.get(name) ?? 0
    this.#counts.set(name, before + 1)
    // Once a name: clients poll.
    if (before === 0) this.#log.warn('the engine does not have an operation', { operation: name })
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}
