import type { Clock, Timer } from './clock.ts'
import { sleepOn } from './sleep.ts'
import { TimerQueue } from './timer-queue.ts'

/** How many turns of the event loop a chain of promises may take between two timers. */
const SETTLE_TURNS = 3

/**
 * A clock that stands still until it is told to move, then jumps from timer to timer. Between two
 * timers it lets promises settle, so that controllers written with `await` make their progress.
 */
export class VirtualClock implements Clock {
  readonly pace = 1
  readonly #timers = new TimerQueue()
  #now: number

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = this.#timers.add(this.#now + Math.max(0, delayMs), action)
    return {
      cancel: () => {
        timer.cancelled = true
      },
    }
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal)
  }

  real(wallMs: number): number {
    return wallMs
  }

  toWall(engineMs: number): Date {
    return new Date(engineMs)
  }

  fromWall(wall: Date): number {
    return wall.getTime()
  }

  /** Passes `durationMs`, running every timer on the way in order. */
  async advance(durationMs: number): Promise<void> {
    const until = this.#now + durationMs
    await settle()
    for (let next = this.#timers.peek(); next !== undefined && next.at <= until;) {
      this.#run()
      await settle()
      next = this.#timers.peek()
    }
    this.#now = until
  }

  /** Jumps to the next timer and runs it; false when there is none. */
  async runNext(): Promise<boolean> {
    await settle()
    if (this.#timers.peek() === undefined) return false
    this.#run()
    await settle()
    return true
  }

  #run(): void {
    const timer = this.#timers.take()
    if (timer === undefined) return
    this.#now = Math.max(this.#now, timer.at)
    timer.action()
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < SETTLE_TURNS; i++) await new Promise((resolve) => setImmediate(resolve))
}
