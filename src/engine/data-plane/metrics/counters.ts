import { LatencyHistogram } from './latency-histogram.ts'

/** What a load balancer counted since the last minute ended. */
export class BalancerCounters {
  requests = 0
  newConnections = 0
  activeConnections = 0
  rejectedConnections = 0
  processedBytes = 0
  redirects = 0
  fixedResponses = 0
  /** Statuses that the load balancer made itself, by status. */
  readonly generated = new Map<number, number>()

  countGenerated(status: number): void {
    this.generated.set(status, (this.generated.get(status) ?? 0) + 1)
  }

  reset(): void {
    this.requests = 0
    this.newConnections = 0
    this.rejectedConnections = 0
    this.processedBytes = 0
    this.redirects = 0
    this.fixedResponses = 0
    this.generated.clear()
  }
}

/** What a target group counted since the last minute ended. */
export class GroupCounters {
  requests = 0
  /** Responses of targets by hundreds: `[0, 0, n2xx, n3xx, n4xx, n5xx]`. */
  readonly byClass = [0, 0, 0, 0, 0, 0]
  connectionErrors = 0
  readonly responseTimes = new LatencyHistogram()

  countResponse(status: number, seconds: number): void {
    const hundreds = Math.floor(status / 100)
    this.byClass[hundreds] = (this.byClass[hundreds] ?? 0) + 1
    this.responseTimes.add(seconds)
  }

  reset(): void {
    this.requests = 0
    this.byClass.fill(0)
    this.connectionErrors = 0
    this.responseTimes.reset()
  }
}
