/**
 * Waits between launches of tasks that fail before they run (DEP-5, T1 to T3). AWS publishes the
 * ceiling only; the curve is ours: twice as long each time.
 */
const FIRST_MS = 10_000
const CEILING_MS = 27 * 60_000
/** The first failures are retried at once: a breaker must be able to count to three quickly. */
const FREE_FAILURES = 3

/** Engine milliseconds that must pass after the last failed start before the next one. */
export function startDelay(failures: number): number {
  if (failures < FREE_FAILURES) return 0
  return Math.min(CEILING_MS, FIRST_MS * 2 ** (failures - FREE_FAILURES))
}
