import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandInput,
  GetMetricStatisticsCommandOutput,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
  MetricDatum,
  PutMetricDataCommandInput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../aws-error.ts'
import type { Call, EngineContext, OperationTable, Output } from '../../service.ts'
import type { MetricStore, Sample } from '../metrics/metric-store.ts'
import { dimensionsOf, queryPoints } from '../metrics/query.ts'
import { isStatistic, statisticOf } from '../metrics/statistics.ts'

const MAX_POINTS = 1440
const PAGE = 500

export function metricOperations(context: EngineContext, store: MetricStore): OperationTable {
  return {
    PutMetricData: (input: PutMetricDataCommandInput, call: Call) => {
      const namespace = input.Namespace ?? ''
      if (namespace.startsWith('AWS/') && !isService(call)) {
        throw invalid('The value AWS/ for parameter Namespace is invalid.')
      }
      for (const datum of input.MetricData ?? []) {
        const at = datum.Timestamp?.getTime() ?? context.clock.now()
        const metric = {
          region: call.region,
          namespace,
          name: datum.MetricName ?? '',
          dimensions: dimensionsOf(datum.Dimensions),
        }
        for (const sample of samplesOf(datum)) store.add(metric, datum.Unit, at, sample)
      }
      return {}
    },

    GetMetricStatistics: (
      input: GetMetricStatisticsCommandInput,
      call: Call,
    ): Output<GetMetricStatisticsCommandOutput> => getMetricStatistics(store, input, call),

    GetMetricData: (
      input: GetMetricDataCommandInput,
      call: Call,
    ): Output<GetMetricDataCommandOutput> => getMetricData(store, input, call),

    ListMetrics: (input: ListMetricsCommandInput, call: Call): Output<ListMetricsCommandOutput> =>
      listMetrics(store, input, call),
  }
}

/** The engine's own services report metrics of AWS's namespaces. */
function isService(call: Call): boolean {
  return call.principalArn.startsWith('arn:aws:iam::aws:')
}

function samplesOf(datum: MetricDatum): Sample[] {
  const { Value: value, Values: values, Counts: counts, StatisticValues: set } = datum
  if (set !== undefined) {
    return [
      {
        sum: set.Sum ?? 0,
        count: set.SampleCount ?? 0,
        min: set.Minimum ?? 0,
        max: set.Maximum ?? 0,
      },
    ]
  }
  if (values !== undefined) {
    return values.map((each, i) => ({ value: finite(each), count: counts?.[i] ?? 1 }))
  }
  if (value === undefined) {
    throw new AwsError(
      'MissingParameter',
      'At least one of the parameters Value, Values, StatisticValues must be specified.',
    )
  }
  return [{ value: finite(value), count: 1 }]
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value
  throw invalid(`The value ${value} for parameter MetricData.member.1.Value is invalid.`)
}

function getMetricStatistics(
  store: MetricStore,
  input: GetMetricStatisticsCommandInput,
  call: Call,
): Output<GetMetricStatisticsCommandOutput> {
  const period = input.Period ?? 60
  const from = input.StartTime?.getTime() ?? 0
  const to = input.EndTime?.getTime() ?? 0
  checkPeriod(period)
  if (from >= to) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter StartTime must be less than the parameter EndTime.',
    )
  }
  const statistics = input.Statistics ?? []
  const extended = input.ExtendedStatistics ?? []
  if (statistics.length + extended.length === 0) {
    throw new AwsError('InvalidParameterCombination', 'At least one statistic must be specified.')
  }
  const unknown = extended.find((name) => !isStatistic(name))
  if (unknown !== undefined) {
    throw invalid(`The value ${unknown} for parameter ExtendedStatistics.member.1 is invalid.`)
  }
  const series = store.find({
    region: call.region,
    namespace: input.Namespace ?? '',
    name: input.MetricName ?? '',
    dimensions: dimensionsOf(input.Dimensions),
  })
  const buckets = series ? store.periods(series, { from, to, periodMs: period * 1000 }) : []
  if (buckets.length > MAX_POINTS) {
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${buckets.length} datapoints, which exceeds the limit of ` +
        `${MAX_POINTS}. You may reduce the datapoints requested by increasing Period, or ` +
        'decreasing the time range.',
    )
  }
  const unit = (series?.unit ?? 'None') as StandardUnit
  return {
    Label: input.MetricName,
    Datapoints: buckets.map((bucket) => ({
      Timestamp: new Date(bucket.start),
      Unit: unit,
      ...Object.fromEntries(statistics.map((name) => [name, statisticOf(bucket, name)])),
      ...(extended.length === 0
        ? {}
        : {
            ExtendedStatistics: Object.fromEntries(
              extended.map((name) => [name, statisticOf(bucket, name) ?? 0]),
            ),
          }),
    })),
  }
}

function getMetricData(
  store: MetricStore,
  input: GetMetricDataCommandInput,
  call: Call,
): Output<GetMetricDataCommandOutput> {
  const queries = input.MetricDataQueries ?? []
  for (const { MetricStat } of queries) if (MetricStat) checkPeriod(MetricStat.Period ?? 60)
  const points = queryPoints(store, queries, {
    region: call.region,
    from: input.StartTime?.getTime() ?? 0,
    to: input.EndTime?.getTime() ?? 0,
  })
  const ascending = input.ScanBy === 'TimestampAscending'
  return {
    MetricDataResults: queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => {
        const found = points.get(query.Id ?? '') ?? []
        const ordered = ascending ? found : found.toReversed()
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
          Timestamps: ordered.map(({ start }) => new Date(start)),
          Values: ordered.map(({ value }) => value),
          StatusCode: 'Complete' as const,
        }
      }),
    Messages: [],
  }
}

function listMetrics(
  store: MetricStore,
  input: ListMetricsCommandInput,
  call: Call,
): Output<ListMetricsCommandOutput> {
  const found = [...store.all()]
    .filter(({ region }) => region === call.region)
    .filter(({ namespace }) => (input.Namespace ?? namespace) === namespace)
    .filter(({ name }) => (input.MetricName ?? name) === name)
    .filter(({ dimensions }) =>
      (input.Dimensions ?? []).every(
        ({ Name = '', Value }) =>
          dimensions[Name] !== undefined && (Value === undefined || dimensions[Name] === Value),
      ),
    )
  const start = Number(input.NextToken ?? 0)
  const page = found.slice(start, start + PAGE)
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(start + PAGE < found.length ? { NextToken: String(start + PAGE) } : {}),
  }
}

/** CW-3: multiples of a minute; 10, 20 or 30 seconds for high resolution. */
function checkPeriod(period: number): void {
  if ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return
  throw invalid(
    `The value ${period} for parameter Period is invalid. ` +
      'Valid values are 1, 5, 10, 20, 30 and any multiple of 60.',
  )
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}
