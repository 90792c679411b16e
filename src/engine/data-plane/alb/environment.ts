import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock/clock.ts'
import type { Random } from '../../random.ts'
import type { HttpConfig, ListenerConfig } from '../config.ts'
import type { BalancerCounters } from '../metrics/counters.ts'
import type { RuleSet } from '../rules/match.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'

/** What the connections of a listener share. Config and rules may be replaced at any time. */
export interface AlbEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly config: ListenerConfig
  readonly http: HttpConfig
  readonly rules: RuleSet
  readonly counters: BalancerCounters
  /** The load balancer's name, for a request of HTTP/1.0 that names no host. */
  readonly dnsName: string
  /** Whether the listener is going away: its connections end after their current request. */
  readonly stopping: boolean
  group(arn: string): TargetGroup | undefined
  connect(group: TargetGroup, target: Target): Promise<Duplex>
  /** The port of this machine at which the balancer's listener for `port` answers. */
  localPort(protocol: string, port: number): number
  /** A new trace id. */
  traceId(): string
  /** The value of a `Date` field. */
  readonly date: string
  /** The engine's time, at most a sweep old. */
  readonly recentlyMs: number
}

/** The other end of a client's connection. */
export interface Peer {
  readonly ip: string
  readonly port: number
  /** The port that it connected to. */
  readonly toPort: number
}
