/**
 * The share of its normal traffic that a target gets, in (0, 1]: growing in a line from the moment
 * it became healthy. AWS: "Slow start mode".
 */
export function slowStartShare(
  slowSinceMs: number | undefined,
  nowMs: number,
  durationMs: number,
): number {
  if (slowSinceMs === undefined || durationMs === 0) return 1
  const share = (nowMs - slowSinceMs) / durationMs
  // The first request must be possible, or nothing would ever be sent.
  return share >= 1 ? 1 : Math.max(share, 0.01)
}
