export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching'

export interface AlarmRule {
  readonly comparison: string
  readonly threshold: number
  /** N. */
  readonly evaluationPeriods: number
  /** M. */
  readonly datapointsToAlarm: number
  readonly treatMissingData: MissingData
}

export interface Datapoint {
  readonly start: number
  readonly value: number
}

/** How many periods an evaluation looks at: a few more than N, so that late data count. */
export function evaluationRange(periods: number): number {
  return periods + Math.max(Math.floor(periods / 3), 2)
}

/**
 * An alarm's state by its newest periods, oldest first; undefined stands for a period without data.
 *
 * Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": with N real
 * datapoints in the range, missing ones do not count; with fewer, the rest is filled by the alarm's
 * treatment; and an alarm does not fire early because data are sparse.
 */
export function evaluateAlarm(
  rule: AlarmRule,
  periods: readonly (Datapoint | undefined)[],
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods: n, datapointsToAlarm: m } = rule
  const real = periods.filter((point) => point !== undefined)
  if (real.length >= n) {
    return breachingOf(rule, real.slice(-n)) >= m ? 'ALARM' : 'OK'
  }
  if (real.length === 0) return withoutData(rule.treatMissingData, current)
  const breaching = breachingOf(rule, real)
  switch (rule.treatMissingData) {
    case 'breaching':
      return breaching + (n - real.length) >= m ? 'ALARM' : 'OK'
    case 'notBreaching':
      return breaching >= m ? 'ALARM' : 'OK'
    case 'missing':
    case 'ignore':
      if (breaching >= m) return 'ALARM'
      if (breaching < real.length) return 'OK'
      if (rule.treatMissingData === 'ignore') return current
      // All that is known breaches: that counts when the oldest of it is M periods old.
      return periods.length - periods.findIndex((point) => point !== undefined) >= m
        ? 'ALARM'
        : current
  }
}

function withoutData(treatment: MissingData, current: AlarmState): AlarmState {
  switch (treatment) {
    case 'missing':
      return 'INSUFFICIENT_DATA'
    case 'ignore':
      return current
    case 'breaching':
      return 'ALARM'
    case 'notBreaching':
      return 'OK'
  }
}

function breachingOf(rule: AlarmRule, points: readonly Datapoint[]): number {
  return points.filter(({ value }) => breaches(rule, value)).length
}

export function breaches({ comparison, threshold }: AlarmRule, value: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold
    case 'LessThanThreshold':
      return value < threshold
    default:
      return value <= threshold
  }
}
