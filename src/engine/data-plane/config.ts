import type { PrivateAddress } from '../network/network.ts'
import type { Algorithm } from './balancing/algorithms.ts'
import type { Thresholds } from './health/state.ts'
import type { Rule } from './rules/match.ts'

/**
 * What the ELBv2 service tells the data plane: immutable, replaced as a whole when something
 * changes. Durations are engine time (paced) unless their comment says real.
 */
export interface BalancerConfig {
  readonly arn: string
  /** `app/name/0123456789abcdef`, as in CloudWatch's dimension LoadBalancer. */
  readonly id: string
  readonly region: string
  readonly name: string
  readonly dnsName: string
  /** The balancer's network interfaces: it answers there, and connects to targets from there. */
  readonly nodes: readonly PrivateAddress[]
  readonly http: HttpConfig
}

/** AWS: load balancer attributes. Timeouts are real: they bound what a program may take. */
export interface HttpConfig {
  readonly idleTimeoutMs: number
  readonly clientKeepAliveMs: number
  readonly forwardedFor: 'append' | 'preserve' | 'remove'
  readonly withClientPort: boolean
  readonly dropInvalidFields: boolean
}

export interface ListenerConfig {
  readonly arn: string
  readonly balancerArn: string
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS'
  readonly port: number
  /** In order of priority, the default rule last. */
  readonly rules: readonly Rule[]
  /** Real: how long an idle flow of a network load balancer lives. */
  readonly tcpIdleTimeoutMs: number
  /** The port of this machine; undefined for a listener that only the VPC reaches. */
  readonly localPort: number | undefined
  /** For HTTPS and TLS: PEM. */
  readonly certificate: { readonly key: string; readonly cert: string } | undefined
}

export interface TargetGroupConfig {
  readonly arn: string
  /** `targetgroup/name/0123456789abcdef`, as in CloudWatch's dimension TargetGroup. */
  readonly id: string
  readonly region: string
  readonly vpcId: string
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS'
  readonly algorithm: Algorithm
  readonly slowStartMs: number
  readonly deregistrationDelayMs: number
  readonly stickiness: Stickiness | undefined
  readonly failOpen: FailOpen
  readonly healthCheck: HealthCheckConfig
  /** The balancer whose listeners forward here; undefined while none does. */
  readonly balancerArn: string | undefined
}

export type Stickiness =
  | { readonly type: 'lb_cookie'; readonly durationMs: number }
  | { readonly type: 'app_cookie'; readonly durationMs: number; readonly cookieName: string }
  | { readonly type: 'source_ip' }

/** Below how many healthy targets traffic goes to all. AWS: `target_group_health.unhealthy_state_routing`. */
export interface FailOpen {
  readonly minimumCount: number
  /** 0 for off. */
  readonly minimumPercentage: number
}

export interface HealthCheckConfig {
  readonly enabled: boolean
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP'
  /** Undefined: the port at which the target gets its traffic. */
  readonly port: number | undefined
  readonly path: string
  readonly intervalMs: number
  /** Real. */
  readonly timeoutMs: number
  readonly thresholds: Thresholds
  /** `200-299,301`. */
  readonly codes: string
}

export interface TargetAddress {
  /** As registered: an address, or an instance. */
  readonly id: string
  readonly ip: string
  readonly port: number
}
