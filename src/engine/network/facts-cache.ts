import type { Clock } from '../clock/clock.ts'
import type { VpcFacts } from './vpc-facts.ts'

const MAX_AGE_MS = 1000

/**
 * EC2's facts, at most a second old. Reading all of them in process costs well under a millisecond,
 * so one snapshot for all decisions of a second is simple and fresh enough; an address that the
 * snapshot does not know, and `drop`, make the next question read again.
 */
export class FactsCache {
  readonly #clock: Clock
  readonly #read: () => Promise<VpcFacts>
  #held: { readonly facts: VpcFacts; readonly at: number } | undefined
  #reading: Promise<VpcFacts> | undefined

  constructor(clock: Clock, read: () => Promise<VpcFacts>) {
    this.#clock = clock
    this.#read = read
  }

  async current(): Promise<VpcFacts> {
    const age = this.#held === undefined ? Infinity : this.#clock.now() - this.#held.at
    if (this.#held !== undefined && age < this.#clock.real(MAX_AGE_MS)) return this.#held.facts
    return this.fresh()
  }

  /** The facts as `knows` needs them: read again when the snapshot fails it. */
  async knowing(knows: (facts: VpcFacts) => boolean): Promise<VpcFacts> {
    const facts = await this.current()
    return knows(facts) ? facts : this.fresh()
  }

  fresh(): Promise<VpcFacts> {
    if (this.#reading !== undefined) return this.#reading
    const reading = this.#read().then((facts) => {
      // A snapshot that was dropped while it was read may be older than the change.
      if (this.#reading === reading) this.#held = { facts, at: this.#clock.now() }
      return facts
    })
    this.#reading = reading
    return reading.finally(() => {
      if (this.#reading === reading) this.#reading = undefined
    })
  }

  drop(): void {
    this.#held = undefined
    this.#reading = undefined
  }
}
