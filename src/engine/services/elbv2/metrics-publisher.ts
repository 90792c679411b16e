import { messageOf } from '../../../base/errors.ts'
import type { Timer } from '../../clock/clock.ts'
import type { DataPlane } from '../../data-plane/data-plane.ts'
import { balancerMetrics, groupMetrics, type Metric } from '../../data-plane/metrics/metrics.ts'
import type { EngineContext } from '../service.ts'

const MINUTE_MS = 60_000
/** What PutMetricData takes in one call. */
const MAX_METRICS = 1000

/** Hands the data plane's counters to CloudWatch each minute. */
export class MetricsPublisher {
  readonly #context: EngineContext
  readonly #plane: DataPlane
  #timer: Timer | undefined

  constructor(context: EngineContext, plane: DataPlane) {
    this.#context = context
    this.#plane = plane
  }

  start(): void {
    const { clock } = this.#context
    const untilMs = MINUTE_MS - (clock.now() % MINUTE_MS)
    this.#timer = clock.after(untilMs, () => {
      this.#publish(clock.now() - MINUTE_MS)
      this.start()
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Puts what was counted into the minute that began at `minuteMs`. */
  #publish(minuteMs: number): void {
    for (const [region, metrics] of this.#collect()) {
      for (let at = 0; at < metrics.length; at += MAX_METRICS) {
        this.#put(region, metrics.slice(at, at + MAX_METRICS), minuteMs)
      }
    }
  }

  #collect(): Map<string, Metric[]> {
    const byRegion = new Map<string, Metric[]>()
    const add = (region: string, metrics: Metric[]): void => {
      byRegion.set(region, [...(byRegion.get(region) ?? []), ...metrics])
    }
    for (const balancer of this.#plane.balancers()) {
      add(balancer.config.region, balancerMetrics(balancer.config, balancer.counters))
      balancer.counters.reset()
    }
    for (const group of this.#plane.groups()) {
      const arn = group.config.balancerArn
      const balancer = arn === undefined ? undefined : this.#plane.balancer(arn)
      if (balancer !== undefined) {
        add(group.config.region, groupMetrics(group, balancer.config))
      }
      group.counters.reset()
    }
    return byRegion
  }

  #put(region: string, metrics: readonly Metric[], minuteMs: number): void {
    const Timestamp = new Date(minuteMs)
    for (const Namespace of ['AWS/ApplicationELB', 'AWS/NetworkELB'] as const) {
      const ours = metrics.filter((metric) => metric.namespace === Namespace)
      if (ours.length === 0) continue
      const MetricData = ours.map(({ datum }) => ({ ...datum, Timestamp }))
      this.#context
        .calls(region)
        .cloudwatch.putMetricData({ Namespace, MetricData })
        .catch((error: unknown) =>
          this.#context.log.warn('metrics of load balancers could not be kept', {
            reason: messageOf(error),
          }),
        )
    }
  }
}
