import type { Store } from '../store/store.ts'
import type { Clock, Timer } from './clock.ts'
import { sleepOn } from './sleep.ts'

/** From `wallMs` on, engine time ran on from `engineMs` at `pace`. */
interface Segment {
  readonly wallMs: number
  readonly engineMs: number
  readonly pace: number
}

const KEY = 'segments'
/** Node's timers hold at most a 32-bit delay. */
const MAX_TIMER_MS = 2_147_483_647

/**
 * The wall clock, run faster by `pace`. The history of paces is kept in the store, so that engine
 * time never goes back and old records keep their wall-clock times when the pace changes.
 */
export class RealClock implements Clock {
  readonly pace: number
  readonly #segments: readonly Segment[]
  readonly #wallNow: () => number
  /** The machine's clock may be set back; engine time stands still then. */
  #latest = 0

  constructor(pace: number, store: Store, wallNow: () => number = Date.now) {
    this.pace = pace
    this.#wallNow = wallNow
    const collection = store.collection<{ list: Segment[] }>('clock/segments')
    const known = collection.get(KEY)?.list ?? []
    const last = known.at(-1)
    if (last?.pace === pace) {
      this.#segments = known
      return
    }
    const wallMs = wallNow()
    const engineMs = last === undefined ? wallMs : engineTime(last, wallMs)
    this.#segments = [...known, { wallMs, engineMs, pace }]
    collection.put(KEY, { list: [...this.#segments] })
  }

  now(): number {
    this.#latest = Math.max(this.#latest, engineTime(this.#current(), this.#wallNow()))
    return this.#latest
  }

  after(delayMs: number, action: () => void): Timer {
    let timer: NodeJS.Timeout
    const arm = (leftMs: number): void => {
      if (leftMs <= MAX_TIMER_MS) timer = setTimeout(action, leftMs)
      else timer = setTimeout(() => arm(leftMs - MAX_TIMER_MS), MAX_TIMER_MS)
    }
    arm(Math.max(0, delayMs / this.pace))
    return { cancel: () => clearTimeout(timer) }
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal)
  }

  real(wallMs: number): number {
    return wallMs * this.pace
  }

  toWall(engineMs: number): Date {
    const segment = this.#segments.findLast((each) => each.engineMs <= engineMs)
    if (segment === undefined) return new Date(engineMs)
    return new Date(segment.wallMs + (engineMs - segment.engineMs) / segment.pace)
  }

  fromWall(wall: Date): number {
    const wallMs = wall.getTime()
    const segment = this.#segments.findLast((each) => each.wallMs <= wallMs)
    return segment === undefined ? wallMs : engineTime(segment, wallMs)
  }

  #current(): Segment {
    const last = this.#segments.at(-1)
    if (last === undefined) throw new Error('a clock has at least one segment')
    return last
  }
}

function engineTime({ wallMs, engineMs, pace }: Segment, wall: number): number {
  return engineMs + (wall - wallMs) * pace
}
