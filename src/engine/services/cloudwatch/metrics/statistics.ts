/** What is kept of the values that one period saw. */
export interface Bucket {
  /** Engine time of the period's start. */
  readonly start: number
  readonly sum: number
  readonly count: number
  readonly min: number
  readonly max: number
  /** Value → how often, for percentiles; dropped when there are too many different ones. */
  readonly values: ReadonlyMap<number, number> | undefined
}

/** Distinct values that are kept for one period's percentiles. */
const MAX_DISTINCT = 2000

export function emptyBucket(start: number): Bucket {
  return { start, sum: 0, count: 0, min: Infinity, max: -Infinity, values: new Map() }
}

/** Adds `count` occurrences of `value`. */
export function addValue(bucket: Bucket, value: number, count = 1): Bucket {
  return {
    start: bucket.start,
    sum: bucket.sum + value * count,
    count: bucket.count + count,
    min: Math.min(bucket.min, value),
    max: Math.max(bucket.max, value),
    values: addDistinct(bucket.values, value, count),
  }
}

/** Adds a set of which only the summary is known. */
export function addSummary(bucket: Bucket, set: Omit<Bucket, 'start' | 'values'>): Bucket {
  return {
    start: bucket.start,
    sum: bucket.sum + set.sum,
    count: bucket.count + set.count,
    min: Math.min(bucket.min, set.min),
    max: Math.max(bucket.max, set.max),
    values: set.count === 1 ? addDistinct(bucket.values, set.sum, 1) : undefined,
  }
}

/** Several buckets as one of a longer period. */
export function mergeBuckets(start: number, buckets: readonly Bucket[]): Bucket {
  let merged = emptyBucket(start)
  for (const bucket of buckets) {
    merged = { ...addSummary(merged, bucket), values: mergeValues(merged.values, bucket.values) }
  }
  return merged
}

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/

/** Whether CloudWatch knows the statistic: the five classic ones, and percentiles. */
export function isStatistic(name: string): boolean {
  return /^(Average|Sum|Minimum|Maximum|SampleCount)$/.test(name) || PERCENTILE.test(name)
}

/** A bucket's value under a statistic; undefined when there is none. */
export function statisticOf(bucket: Bucket, statistic: string): number | undefined {
  if (bucket.count === 0) return undefined
  switch (statistic) {
    case 'Average':
      return bucket.sum / bucket.count
    case 'Sum':
      return bucket.sum
    case 'Minimum':
      return bucket.min
    case 'Maximum':
      return bucket.max
    case 'SampleCount':
      return bucket.count
    default: {
      const match = PERCENTILE.exec(statistic)
      return match === null ? undefined : percentile(bucket, Number(match[1]))
    }
  }
}

/** The smallest value that at least that share of the samples does not exceed. */
function percentile(bucket: Bucket, percent: number): number | undefined {
  if (bucket.values === undefined) return undefined
  const needed = (percent / 100) * bucket.count
  let seen = 0
  let last: number | undefined
  for (const [value, count] of [...bucket.values].sort(([a], [b]) => a - b)) {
    seen += count
    last = value
    if (seen >= needed) return value
  }
  return last
}

function addDistinct(
  values: ReadonlyMap<number, number> | undefined,
  value: number,
  count: number,
): ReadonlyMap<number, number> | undefined {
  if (values === undefined) return undefined
  if (values.size >= MAX_DISTINCT && !values.has(value)) return undefined
  return new Map(values).set(value, (values.get(value) ?? 0) + count)
}

function mergeValues(
  a: ReadonlyMap<number, number> | undefined,
  b: ReadonlyMap<number, number> | undefined,
): ReadonlyMap<number, number> | undefined {
  if (a === undefined || b === undefined) return undefined
  const merged = new Map(a)
  for (const [value, count] of b) merged.set(value, (merged.get(value) ?? 0) + count)
  return merged.size > MAX_DISTINCT ? undefined : merged
}
