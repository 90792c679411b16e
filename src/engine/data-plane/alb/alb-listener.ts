import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock/clock.ts'
import type { Random } from '../../random.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { HttpConfig, ListenerConfig } from '../config.ts'
import type { BalancerCounters } from '../metrics/counters.ts'
import { RuleSet } from '../rules/match.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import { ClientConnection } from './client-connection.ts'
import type { AlbEnvironment, Peer } from './environment.ts'
import { TraceIds } from './trace-id.ts'

/** A listener of an Application Load Balancer, wherever its connections come from. */
export class AlbListener implements AlbEnvironment {
  readonly clock: Clock
  readonly random: Random
  config: ListenerConfig
  rules: RuleSet
  stopping = false
  readonly #balancer: Balancer
  readonly #connections = new Set<ClientConnection>()
  readonly #traceIds: TraceIds
  #nowMs: number
  #date: string

  constructor(config: ListenerConfig, balancer: Balancer) {
    this.config = config
    this.rules = new RuleSet(config.rules)
    this.#balancer = balancer
    this.clock = balancer.services.clock
    this.random = balancer.services.random
    this.#nowMs = this.clock.now()
    const wall = this.clock.toWall(this.#nowMs)
    this.#date = wall.toUTCString()
    this.#traceIds = new TraceIds(this.random.hex(8), secondsOf(wall))
  }

  get http(): HttpConfig {
    return this.#balancer.config.http
  }

  get counters(): BalancerCounters {
    return this.#balancer.counters
  }

  get dnsName(): string {
    return this.#balancer.config.dnsName
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Takes another configuration; requests in flight keep what was decided for them. */
  configure(config: ListenerConfig): void {
    if (config.rules !== this.config.rules) this.rules = new RuleSet(config.rules)
    this.config = config
  }

  accept(socket: Duplex, peer: Peer): void {
    this.#tick(this.clock.now())
    this.counters.newConnections++
    this.counters.activeConnections++
    const connection: ClientConnection = new ClientConnection(socket, {
      peer,
      env: this,
      onClose: () => {
        if (this.#connections.delete(connection)) this.counters.activeConnections--
      },
    })
    this.#connections.add(connection)
  }

  group(arn: string): TargetGroup | undefined {
    return this.#balancer.services.group(arn)
  }

  connect(group: TargetGroup, target: Target): Promise<Duplex> {
    return this.#balancer.connect(group, target)
  }

  localPort(protocol: string, port: number): number {
    return this.#balancer.localPort(protocol, port)
  }

  get recentlyMs(): number {
    return this.#nowMs
  }

  get date(): string {
    return this.#date
  }

  traceId(): string {
    return this.#traceIds.next()
  }

  sweep(nowMs: number): void {
    this.#tick(nowMs)
    for (const connection of this.#connections) connection.sweep(nowMs)
  }

  /** Takes no further request; those in flight end, unless `now` says that they do not. */
  stop(now: boolean): void {
    this.stopping = true
    for (const connection of this.#connections) {
      if (now) connection.destroy()
      else connection.close()
    }
  }

  /** What needs no more than the current second is computed once in it, not at each request. */
  #tick(nowMs: number): void {
    const wall = this.clock.toWall(nowMs)
    this.#nowMs = nowMs
    this.#date = wall.toUTCString()
    this.#traceIds.tick(secondsOf(wall))
  }
}

function secondsOf(wall: Date): number {
  return Math.floor(wall.getTime() / 1000)
}
