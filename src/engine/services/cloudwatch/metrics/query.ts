import type { Dimension, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../aws-error.ts'
import { compileExpression } from './expression.ts'
import type { MetricStore } from './metric-store.ts'
import { statisticOf } from './statistics.ts'

export interface Point {
  /** Engine time of the period's start. */
  readonly start: number
  readonly value: number
}

export interface Range {
  readonly region: string
  readonly from: number
  readonly to: number
}

/** The points of one metric under one statistic, oldest first. */
export function metricPoints(store: MetricStore, stat: MetricStat, range: Range): Point[] {
  const series = store.find({
    region: range.region,
    namespace: stat.Metric?.Namespace ?? '',
    name: stat.Metric?.MetricName ?? '',
    dimensions: dimensionsOf(stat.Metric?.Dimensions),
  })
  if (series === undefined) return []
  if (stat.Unit !== undefined && series.unit !== undefined && stat.Unit !== series.unit) return []
  const periodMs = (stat.Period ?? 60) * 1000
  return store.periods(series, { from: range.from, to: range.to, periodMs }).flatMap((bucket) => {
    const value = statisticOf(bucket, stat.Stat ?? 'Average')
    return value === undefined ? [] : [{ start: bucket.start, value }]
  })
}

/** The points of every query of a set, in which expressions may refer to other queries. */
export function queryPoints(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  range: Range,
): ReadonlyMap<string, Point[]> {
  const results = new Map<string, Point[]>()
  for (const { Id = '', MetricStat } of queries) {
    if (MetricStat !== undefined) results.set(Id, metricPoints(store, MetricStat, range))
  }
  const pending = queries.filter(({ Expression }) => Expression !== undefined)
  // Expressions may use one another in any order: each round settles those that can be.
  for (let round = pending.length; round > 0; round--) {
    for (const { Id = '', Expression = '' } of pending) {
      results.set(Id, expressionPoints(Expression, results, periodOf(queries)))
    }
  }
  return results
}

function expressionPoints(
  expression: string,
  results: ReadonlyMap<string, Point[]>,
  periodMs: number,
): Point[] {
  const evaluate = compileExpression(expression)
  const byStart = new Map<number, Record<string, number>>()
  for (const [id, points] of results) {
    for (const { start, value } of points) {
      const period = Math.floor(start / periodMs) * periodMs
      byStart.set(period, { ...byStart.get(period), [id]: value })
    }
  }
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .flatMap(([start, values]) => {
      const value = evaluate(values)
      return value === undefined ? [] : [{ start, value }]
    })
}

/** The longest period of the metrics, which an expression over them has. */
export function periodOf(queries: readonly MetricDataQuery[]): number {
  const seconds = queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60)
  return Math.max(...seconds) * 1000
}

export function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (dimensions ?? []).map(({ Name = '', Value = '' }) => {
      if (Name === '' || Value === '') {
        throw new AwsError('InvalidParameterValue', 'A dimension needs a name and a value.')
      }
      return [Name, Value]
    }),
  )
}
