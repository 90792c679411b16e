import type { MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../service.ts'
import { filterPattern } from './filter-pattern.ts'
import type { LogState } from './log-state.ts'
import type { LogGroupRecord } from './records.ts'

/** Counts what new events mean for the group's metric filters, and hands it to CloudWatch. */
export function publishMetrics(
  state: LogState,
  call: Call,
  { group, events }: { group: LogGroupRecord; events: readonly { message: string }[] },
): void {
  if (state.metricFilters.size === 0) return
  const prefix = `${call.region}/${group.name}:`
  for (const [key, filter] of state.metricFilters.entries()) {
    if (!key.startsWith(prefix)) continue
    const matches = filterPattern(filter.pattern)
    const hits = events.filter(({ message }) => matches(message))
    for (const transformation of filter.transformations) {
      const values =
        hits.length > 0
          ? hits.map(({ message }) => valueOf(transformation.metricValue, message))
          : [transformation.defaultValue]
      const data = values.flatMap((value): MetricDatum[] =>
        value === undefined || Number.isNaN(value)
          ? []
          : [
              {
                MetricName: transformation.metricName,
                Value: value,
                Timestamp: new Date(state.context.clock.now()),
                Unit: (transformation.unit ?? 'None') as StandardUnit,
              },
            ],
      )
      if (data.length === 0) continue
      state.context
        .calls(call.region)
        .cloudwatch.putMetricData({ Namespace: transformation.metricNamespace, MetricData: data })
        .catch((error: Error) =>
          state.context.log.warn('a metric filter could not publish', {
            filter: filter.name,
            error: error.message,
          }),
        )
    }
  }
}

/** A literal number, or `$.path` into a JSON message. */
function valueOf(metricValue: string, message: string): number | undefined {
  if (!metricValue.startsWith('$.')) return Number(metricValue)
  try {
    let value: unknown = JSON.parse(message)
    for (const key of metricValue.slice(2).split('.')) {
      value = (value as Record<string, unknown> | null)?.[key]
    }
    return typeof value === 'number' ? value : undefined
  } catch {
    return undefined
  }
}
