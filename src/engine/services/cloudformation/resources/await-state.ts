import { AwsError } from '../../../aws-error.ts'
import type { Clock } from '../../../clock/clock.ts'

const FIRST_POLL_MS = 50
const LAST_POLL_MS = 500
const GROWTH = 1.5

/**
 * Asks until `look` answers something. Between two looks passes little *real* time, however fast
 * the engine's clock runs; `limitMs` is engine time, as AWS's limits are.
 */
export async function awaitState<T>(
  wait: { clock: Clock; signal: AbortSignal; limitMs: number },
  look: () => Promise<T | undefined>,
): Promise<T> {
  const { clock, signal, limitMs } = wait
  const deadline = clock.now() + limitMs
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(LAST_POLL_MS, pollMs * GROWTH)) {
    signal.throwIfAborted()
    const found = await look()
    if (found !== undefined) return found
    if (clock.now() >= deadline) throw new AwsError('NotStabilized', 'Exceeded attempts to wait')
    await clock.sleep(clock.real(pollMs), signal)
  }
}
