/** Buckets an order of two: neighbouring ones are about 9 % apart. */
const PER_OCTAVE = 8
/** From a millisecond to over an hour, within the 150 values that PutMetricData takes. */
const OCTAVES = 18
const SMALLEST_SECONDS = 0.0005

/**
 * Durations, gathered so that percentiles are near and the average is exact: each bucket keeps its
 * sum, and stands for its mean.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(PER_OCTAVE * OCTAVES)
  readonly #sums = new Float64Array(PER_OCTAVE * OCTAVES)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(seconds: number): void {
    const at = bucketOf(seconds)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sums[at] = (this.#sums[at] ?? 0) + seconds
    this.#count++
  }

  /** As PutMetricData takes them. */
  values(): { Values: number[]; Counts: number[] } {
    const Values: number[] = []
    const Counts: number[] = []
    this.#counts.forEach((count, i) => {
      if (count === 0) return
      Values.push((this.#sums[i] ?? 0) / count)
      Counts.push(count)
    })
    return { Values, Counts }
  }

  reset(): void {
    if (this.#count === 0) return
    this.#counts.fill(0)
    this.#sums.fill(0)
    this.#count = 0
  }
}

function bucketOf(seconds: number): number {
  if (seconds <= SMALLEST_SECONDS) return 0
  const at = Math.floor(Math.log2(seconds / SMALLEST_SECONDS) * PER_OCTAVE)
  return Math.min(at, PER_OCTAVE * OCTAVES - 1)
}
