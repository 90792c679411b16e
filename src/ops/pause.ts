import { setTimeout as wait } from 'node:timers/promises'

/** How the operations wait between two looks; tests bring one that does not. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>

/** Waits on the wall clock; ends early, without an error, when `signal` aborts. */
export const pause: Pause = async (ms, signal) => {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}
