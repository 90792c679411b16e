/** A connection that the network did not carry, and why. */
export interface Refusal {
  /** Engine time. */
  readonly at: number
  readonly vpcId: string
  readonly from: string
  /** `address:port`, or `name:port` for the outside world. */
  readonly to: string
  readonly reason: string
}

const KEPT = 200

/** The latest refusals, oldest first: what a diagnosis reads. */
export class Refusals {
  readonly #kept: Refusal[] = []

  add(refusal: Refusal): void {
    this.#kept.push(refusal)
    if (this.#kept.length > KEPT) this.#kept.shift()
  }

  list(): readonly Refusal[] {
    return [...this.#kept]
  }
}
