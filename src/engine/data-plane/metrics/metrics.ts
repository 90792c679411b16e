import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import type { BalancerConfig } from '../config.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import type { BalancerCounters } from './counters.ts'

/** A datum without its time, and the namespace that it belongs to. */
export interface Metric {
  readonly namespace: 'AWS/ApplicationELB' | 'AWS/NetworkELB'
  readonly datum: Omit<MetricDatum, 'Timestamp'>
}

/** A minute's metrics of a load balancer. AWS reports what is zero for none of them. */
export function balancerMetrics(config: BalancerConfig, counters: BalancerCounters): Metric[] {
  const Dimensions = [{ Name: 'LoadBalancer', Value: config.id }]
  if (isNetwork(config)) {
    return counts('AWS/NetworkELB', Dimensions, [
      ['NewFlowCount', counters.newConnections],
      ['ActiveFlowCount', counters.activeConnections],
      ['ProcessedBytes', counters.processedBytes],
    ])
  }
  const { generated } = counters
  const byClass = (hundreds: number): number =>
    [...generated].reduce(
      (sum, [status, n]) => sum + (Math.floor(status / 100) === hundreds ? n : 0),
      0,
    )
  return counts('AWS/ApplicationELB', Dimensions, [
    ['RequestCount', counters.requests],
    ['NewConnectionCount', counters.newConnections],
    ['ActiveConnectionCount', counters.activeConnections],
    ['RejectedConnectionCount', counters.rejectedConnections],
    ['ProcessedBytes', counters.processedBytes],
    ['HTTP_Redirect_Count', counters.redirects],
    ['HTTP_Fixed_Response_Count', counters.fixedResponses],
    ['HTTPCode_ELB_3XX_Count', counters.redirects],
    ['HTTPCode_ELB_4XX_Count', byClass(4)],
    ['HTTPCode_ELB_5XX_Count', byClass(5)],
    ...[500, 502, 503, 504].map((status): [string, number] => [
      `HTTPCode_ELB_${status}_Count`,
      generated.get(status) ?? 0,
    ]),
  ])
}

/** A minute's metrics of a target group. Host counts are reported even when they are zero. */
export function groupMetrics(group: TargetGroup, balancer: BalancerConfig): Metric[] {
  const { counters, config } = group
  const namespace = isNetwork(balancer) ? 'AWS/NetworkELB' : 'AWS/ApplicationELB'
  const ofGroup = { Name: 'TargetGroup', Value: config.id }
  const ofBalancer = { Name: 'LoadBalancer', Value: balancer.id }
  const { healthy, unhealthy } = group.healthCounts()
  const hosts: Metric[] = [
    ['HealthyHostCount', healthy] as const,
    ['UnHealthyHostCount', unhealthy] as const,
  ].map(([MetricName, Value]) => ({
    namespace,
    datum: { MetricName, Value, Unit: 'Count', Dimensions: [ofGroup, ofBalancer] },
  }))
  if (namespace === 'AWS/NetworkELB') return hosts
  const perGroup = [ofGroup, ofBalancer]
  const classes = [2, 3, 4, 5].map((hundreds): [string, number] => [
    `HTTPCode_Target_${hundreds}XX_Count`,
    counters.byClass[hundreds] ?? 0,
  ])
  const perTarget = counters.requests / Math.max(1, healthy)
  const both = [...classes, ['TargetConnectionErrorCount', counters.connectionErrors]] as const
  return [
    ...hosts,
    ...counts(namespace, perGroup, [['RequestCount', counters.requests], ...both]),
    ...counts(namespace, perGroup, [['RequestCountPerTarget', perTarget]]),
    ...counts(namespace, [ofGroup], [['RequestCountPerTarget', perTarget]]),
    ...counts(namespace, [ofBalancer], both),
    ...responseTimes(group, [perGroup, [ofBalancer]]),
  ]
}

type Dimensions = NonNullable<MetricDatum['Dimensions']>

function counts(
  namespace: Metric['namespace'],
  dimensions: Dimensions,
  values: readonly (readonly [string, number])[],
): Metric[] {
  return values
    .filter(([, value]) => value > 0)
    .map(([MetricName, Value]) => ({
      namespace,
      datum: {
        MetricName,
        Value,
        Dimensions: dimensions,
        Unit: MetricName === 'ProcessedBytes' ? 'Bytes' : 'Count',
      },
    }))
}

function responseTimes({ counters }: TargetGroup, dimensions: readonly Dimensions[]): Metric[] {
  if (counters.responseTimes.count === 0) return []
  const values = counters.responseTimes.values()
  return dimensions.map((Dimensions) => ({
    namespace: 'AWS/ApplicationELB',
    datum: { MetricName: 'TargetResponseTime', ...values, Dimensions, Unit: 'Seconds' },
  }))
}

function isNetwork({ id }: BalancerConfig): boolean {
  return id.startsWith('net/')
}
