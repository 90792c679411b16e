import type { ExistingCertificate, ExistingTargetGroup } from './existing.ts'
import type { LoadBalancer } from './load-balancer.ts'

/** A way in over HTTP or HTTPS, through an Application Load Balancer. */
export interface HttpExposure {
  readonly kind: 'http'
  readonly options: HttpOptions
}

export interface HttpOptions {
  /** `container:port`, by their names in the service. Default: its only port. */
  readonly to?: string
  /** Port of the load balancer. Default: 443 with a certificate, else 80. */
  readonly listen?: number
  /** Path pattern such as `/api/*`; one or several. Default: every path. */
  readonly path?: string | readonly string[]
  /** Host pattern such as `api.example.com`; one or several. Default: every host. */
  readonly host?: string | readonly string[]
  /**
   * Which rule is tried first, 1 to 50000, lowest first. Default: in the order of the definition.
   */
  readonly priority?: number
  /** Serves HTTPS, and sends clients of plain HTTP on port 80 there. */
  readonly certificate?: ExistingCertificate
  /** The load balancer. Default: the definition's only one. */
  readonly on?: LoadBalancer
  /** A target group that an existing load balancer forwards to, instead of one of ours. */
  readonly targetGroup?: ExistingTargetGroup
  /** What the load balancer asks to know that a task is well. Default: `/`. */
  readonly health?: string | TargetHealthOptions
  /** Seconds a stopping task may finish its requests, 0 to 3600. Default: 30. */
  readonly drainSeconds?: number
  /** Seconds over which a new task gets its full share, 30 to 900. Default: at once. */
  readonly slowStartSeconds?: number
  /** Seconds a client stays with one task by a cookie, 1 to 604800. Default: not. */
  readonly stickySeconds?: number
}

export interface TargetHealthOptions {
  /** Default: `/`. */
  readonly path?: string
  /** Seconds between two checks, 5 to 300. Default: 15. */
  readonly intervalSeconds?: number
  /** Seconds until a check has failed, 2 to 120, less than the interval. Default: 5. */
  readonly timeoutSeconds?: number
  /** Checks in a row that make a target well again, 2 to 10. Default: 2. */
  readonly healthyThreshold?: number
  /** Failed checks in a row that make a target unwell, 2 to 10. Default: 3. */
  readonly unhealthyThreshold?: number
  /** Status codes that count as well: `200`, `200,204`, `200-299`. Default: `200`. */
  readonly codes?: string
}

/** For a service's `expose`. */
export function http(options: HttpOptions = {}): HttpExposure {
  return { kind: 'http', options }
}
