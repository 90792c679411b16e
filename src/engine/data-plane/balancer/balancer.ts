import { type Duplex, duplexPair } from 'node:stream'
import type { Log } from '../../../base/log.ts'
import type { Clock } from '../../clock/clock.ts'
import {
  type Binding,
  ConnectionRefused,
  type Network,
  type PrivateAddress,
  type Source,
} from '../../network/network.ts'
import type { Random } from '../../random.ts'
import type { BalancerConfig, ListenerConfig } from '../config.ts'
import { BalancerCounters } from '../metrics/counters.ts'
import { openConnection } from '../targets/open-connection.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import { RunningListener } from './running-listener.ts'

/** AWS: "Troubleshoot your Application Load Balancers", HTTP 504. */
const CONNECT_TIMEOUT_MS = 10_000

/** What every balancer of the data plane uses. */
export interface BalancerServices {
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly log: Log
  group(arn: string): TargetGroup | undefined
  /** Whether the balancer's security groups let this machine's loopback in at `port`. */
  admits(balancerArn: string, port: number): Promise<boolean>
  /** A connection was opened: there may be something to sweep. */
  onActivity(): void
}

/** A load balancer at work: its listeners, on this machine's loopback and in the VPC. */
export class Balancer {
  readonly services: BalancerServices
  readonly counters = new BalancerCounters()
  config: BalancerConfig
  readonly #listeners = new Map<string, RunningListener>()
  /** Listeners that are gone but for the requests they still have in flight. */
  readonly #leaving = new Set<RunningListener>()
  #bindings: Binding[] = []
  #node = 0

  constructor(config: BalancerConfig, services: BalancerServices) {
    this.config = config
    this.services = services
    this.#bind()
  }

  configure(config: BalancerConfig): void {
    const moved = config.nodes !== this.config.nodes
    if (moved) this.#unbind()
    this.config = config
    if (moved) this.#bind()
  }

  /** Starts or changes a listener; resolves with its port on this machine, where it has one. */
  async setListener(config: ListenerConfig, isPublic: boolean): Promise<number | undefined> {
    const known = this.#listeners.get(config.arn)
    if (known?.fits(config) === true) {
      known.configure(config)
      return known.localPort
    }
    if (known !== undefined) {
      this.#leave(known)
      // Its port is free only after the event loop turned once.
      await new Promise((resolve) => setImmediate(resolve))
    }
    const listener = new RunningListener(config, this)
    this.#listeners.set(config.arn, listener)
    return isPublic ? listener.listen() : undefined
  }

  removeListener(arn: string): void {
    const listener = this.#listeners.get(arn)
    if (listener !== undefined) this.#leave(listener)
    this.#listeners.delete(arn)
  }

  get connectionCount(): number {
    let count = 0
    for (const listener of this.#all()) count += listener.connectionCount
    return count
  }

  localPort(protocol: string, port: number): number {
    for (const { config, localPort } of this.#listeners.values()) {
      const same = config.port === port && config.protocol.toLowerCase() === protocol
      if (same && localPort !== undefined) return localPort
    }
    return port
  }

  /** Opens a connection to a target, from the balancer's interfaces in turn. */
  connect(group: TargetGroup, target: Target): Promise<Duplex> {
    const { nodes } = this.config
    const from = nodes[this.#node++ % Math.max(1, nodes.length)]
    if (from === undefined) return Promise.reject(new ConnectionRefused('no interface'))
    const { vpcId, protocol } = group.config
    this.services.onActivity()
    return openConnection(this.services, {
      from,
      to: { vpcId, ip: target.ip, port: target.port },
      tls: protocol === 'HTTPS' || protocol === 'TLS',
      timeoutMs: CONNECT_TIMEOUT_MS,
    })
  }

  sweep(nowMs: number): void {
    for (const listener of this.#all()) listener.sweep(nowMs)
    for (const listener of this.#leaving) {
      if (listener.connectionCount === 0) this.#leaving.delete(listener)
    }
  }

  stop(): void {
    for (const listener of this.#all()) listener.stop(true)
    this.#listeners.clear()
    this.#leaving.clear()
    this.#unbind()
  }

  #leave(listener: RunningListener): void {
    listener.stop(false)
    if (listener.connectionCount > 0) this.#leaving.add(listener)
  }

  *#all(): Generator<RunningListener> {
    yield* this.#listeners.values()
    yield* this.#leaving
  }

  /** Answers at the private addresses too: for the VPC, whose rules the network enforces. */
  #bind(): void {
    const { network } = this.services
    const endpoint = { connect: (port: number, from: Source) => this.#accept(port, from) }
    this.#bindings = this.config.nodes.map((node) => network.bind(node, endpoint))
    const [first] = this.config.nodes
    if (first !== undefined) network.setName(this.config.dnsName, first)
  }

  #unbind(): void {
    for (const binding of this.#bindings.splice(0)) binding.release()
    this.services.network.setName(this.config.dnsName, undefined)
  }

  async #accept(port: number, from: PrivateAddress & { port?: number }): Promise<Duplex> {
    const listener = [...this.#listeners.values()].find(({ config }) => config.port === port)
    if (listener === undefined) throw new ConnectionRefused(`nothing listens on ${port}`)
    const [ours, theirs] = duplexPair()
    listener.accept(ours, { ip: from.ip, port: from.port ?? 0, toPort: port })
    return theirs
  }
}
