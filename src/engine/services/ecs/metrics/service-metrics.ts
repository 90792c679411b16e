import type { Dimension, MetricDatum } from '@aws-sdk/client-cloudwatch'
import type { TaskUsage } from './task-usage.ts'

/** CW-1, M7: a service's use as percent of what its tasks reserve; nothing without tasks. */
export function utilization(
  usages: readonly TaskUsage[],
  dimensions: Dimension[],
  timestamp: Date,
): MetricDatum[] {
  if (usages.length === 0) return []
  const percent = (name: string, of: (usage: TaskUsage) => number): MetricDatum => ({
    MetricName: name,
    Dimensions: dimensions,
    Timestamp: timestamp,
    Unit: 'Percent',
    Values: usages.map(of),
  })
  return [
    percent('CPUUtilization', ({ cpuUnits, reserved }) => (cpuUnits / reserved.cpuUnits) * 100),
    percent(
      'MemoryUtilization',
      ({ memoryMiB, reserved }) => (memoryMiB / reserved.memoryMiB) * 100,
    ),
  ]
}

export interface ServiceCounts {
  readonly DesiredTaskCount: number
  readonly RunningTaskCount: number
  readonly PendingTaskCount: number
  readonly DeploymentCount: number
  readonly RestartCount: number
}

/** M9: what Container Insights shows of a service. */
export function insights(
  counts: ServiceCounts,
  usages: readonly TaskUsage[],
  { dimensions, timestamp }: { dimensions: Dimension[]; timestamp: Date },
): MetricDatum[] {
  const datum = (
    MetricName: string,
    Value: number,
    Unit: NonNullable<MetricDatum['Unit']>,
  ): MetricDatum => ({ MetricName, Value, Unit, Dimensions: dimensions, Timestamp: timestamp })
  const sum = (of: (usage: TaskUsage) => number): number =>
    usages.reduce((total, usage) => total + of(usage), 0)
  const numbers = Object.entries(counts).map(([name, value]) =>
    datum(name, value as number, 'Count'),
  )
  if (usages.length === 0) return numbers
  return [
    ...numbers,
    datum(
      'CpuUtilized',
      sum(({ cpuUnits }) => cpuUnits),
      'None',
    ),
    datum(
      'CpuReserved',
      sum(({ reserved }) => reserved.cpuUnits),
      'None',
    ),
    datum(
      'MemoryUtilized',
      sum(({ memoryMiB }) => memoryMiB),
      'Megabytes',
    ),
    datum(
      'MemoryReserved',
      sum(({ reserved }) => reserved.memoryMiB),
      'Megabytes',
    ),
    datum(
      'NetworkRxBytes',
      sum((usage) => usage.rxBytesPerSecond),
      'Bytes/Second',
    ),
    datum(
      'NetworkTxBytes',
      sum((usage) => usage.txBytesPerSecond),
      'Bytes/Second',
    ),
  ]
}
