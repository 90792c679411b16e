import type { Clock, Timer } from '../../clock/clock.ts'
import type { Target } from './target.ts'

export interface DrainOptions {
  readonly clock: Clock
  /** The group's deregistration delay. */
  readonly delayMs: number
  readonly onDrained: () => void
}

/**
 * Waits until a deregistered target is done (AWS: "Deregistration delay"). It is shown as draining
 * for the delay, paced. Requests that are still in flight then get the rest of the delay as the
 * wall clock measures it, because a program is at work on them; at its end they are cut.
 */
export function drainTarget(target: Target, { clock, delayMs, onDrained }: DrainOptions): Timer {
  const since = target.drainingSinceMs ?? clock.now()
  const finish = (): void => {
    target.onIdle = undefined
    timer.cancel()
    target.cut()
    onDrained()
  }
  let timer = clock.after(since + delayMs - clock.now(), () => {
    if (target.inFlight === 0) return finish()
    target.onIdle = finish
    timer = clock.after(since + clock.real(delayMs) - clock.now(), finish)
  })
  return {
    cancel: () => {
      target.onIdle = undefined
      timer.cancel()
    },
  }
}
