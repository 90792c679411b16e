import { slowStartShare } from './slow-start.ts'

/** What an algorithm looks at in a target. */
export interface Balanced {
  /** Requests without an answer yet. */
  readonly inFlight: number
  /** When it began to start slowly; undefined when it does not. */
  readonly slowSinceMs: number | undefined
}

export type Algorithm = 'round_robin' | 'least_outstanding_requests' | 'weighted_random'

/** Time and chance, for those algorithms that need them. */
export interface Circumstances {
  nowMs(): number
  /** A number in [0, 1). */
  chance(): number
}

/** Chooses among the targets of one group. Holds the turn of round robin. */
export class Balancer {
  #turn = 0
  readonly #circumstances: Circumstances

  constructor(circumstances: Circumstances) {
    this.#circumstances = circumstances
  }

  /** One of `targets`; undefined when there is none. `slowStartMs` 0: everyone has full share. */
  choose<T extends Balanced>(
    targets: readonly T[],
    algorithm: Algorithm,
    slowStartMs: number,
  ): T | undefined {
    switch (algorithm) {
      case 'round_robin':
        return slowStartMs === 0 ? this.#next(targets) : this.#nextByShare(targets, slowStartMs)
      case 'least_outstanding_requests':
        return this.#least(targets)
      case 'weighted_random':
        return targets[Math.floor(this.#circumstances.chance() * targets.length)]
    }
  }

  #next<T>(targets: readonly T[]): T | undefined {
    if (this.#turn >= targets.length) this.#turn = 0
    return targets[this.#turn++]
  }

  /** In turn, but a target that starts slowly lets some of its turns pass. */
  #nextByShare<T extends Balanced>(targets: readonly T[], slowStartMs: number): T | undefined {
    const now = this.#circumstances.nowMs()
    for (let tries = 0; tries < targets.length * 2; tries++) {
      const target = this.#next(targets)
      const share = slowStartShare(target?.slowSinceMs, now, slowStartMs)
      if (share >= 1 || this.#circumstances.chance() < share) return target
    }
    return this.#next(targets)
  }

  /** The target with the fewest requests in flight; among equals, in turn. */
  #least<T extends Balanced>(targets: readonly T[]): T | undefined {
    let best: T | undefined
    const start = this.#turn++ % Math.max(1, targets.length)
    for (let i = 0; i < targets.length; i++) {
      const target = targets[(start + i) % targets.length]
      if (target !== undefined && (best === undefined || target.inFlight < best.inFlight)) {
        best = target
      }
    }
    return best
  }
}
