/**
 * The engine's time. All waiting goes through it.
 *
 * Engine time may run faster than the wall clock by `pace`, so that waits which AWS measures in
 * minutes take seconds here. Records and decisions hold engine time (milliseconds); the protocol
 * codecs translate every timestamp at the API's edge, so a client only ever sees wall-clock time.
 *
 * Two kinds of duration:
 * - *paced*, the default: waits between things (intervals, cooldowns, bake times, periods);
 * - *real*: limits on how long a real program may take (start period, grace period, stop timeout,
 *   health-check timeout). Shortening those would fail programs that are fine. Convert them with
 *   `real()` before comparing or waiting.
 */
export interface Clock {
  /** Engine milliseconds per wall millisecond; 1 is AWS's own pace. */
  readonly pace: number
  /** Engine time in milliseconds. */
  now(): number
  /** Calls `action` once, after `delayMs` of engine time. */
  after(delayMs: number, action: () => void): Timer
  /** Resolves after `delayMs` of engine time; rejects with the signal's reason when aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
  /** The engine duration in which `wallMs` milliseconds pass on the wall clock. */
  real(wallMs: number): number
  /** Engine time as the wall clock showed it. */
  toWall(engineMs: number): Date
  /** A wall-clock time as engine time. */
  fromWall(wall: Date): number
}

export interface Timer {
  cancel(): void
}
