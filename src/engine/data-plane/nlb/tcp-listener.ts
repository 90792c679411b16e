import type { Duplex } from 'node:stream'
import type { Peer } from '../alb/environment.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { ListenerConfig } from '../config.ts'
import { chooseGroup } from '../rules/actions.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import { Flow } from './flow.ts'

/** A listener of a Network Load Balancer: each connection is a flow to one target. */
export class TcpListener {
  config: ListenerConfig
  readonly #balancer: Balancer
  readonly #flows = new Set<Flow>()

  constructor(config: ListenerConfig, balancer: Balancer) {
    this.config = config
    this.#balancer = balancer
  }

  get connectionCount(): number {
    return this.#flows.size
  }

  configure(config: ListenerConfig): void {
    this.config = config
  }

  accept(socket: Duplex, peer: Peer): void {
    const { counters } = this.#balancer
    counters.newConnections++
    // Until the target's side is there, a client that goes away must not become an error.
    socket.on('error', () => socket.destroy())
    const group = this.#group()
    const target = group === undefined ? undefined : chooseTarget(group, peer)
    if (group === undefined || target === undefined) {
      counters.rejectedConnections++
      socket.destroy()
      return
    }
    target.begin()
    group.counters.requests++
    this.#balancer.connect(group, target).then(
      (other) => this.#join(socket, other, target),
      () => {
        group.counters.connectionErrors++
        target.end()
        socket.destroy()
      },
    )
  }

  sweep(nowMs: number): void {
    const limitMs = this.#balancer.services.clock.real(this.config.tcpIdleTimeoutMs)
    for (const flow of this.#flows) if (nowMs - flow.lastActivityMs > limitMs) flow.cut()
  }

  /** A flow has no end that could be waited for: it goes on until its target or client ends it. */
  stop(now: boolean): void {
    if (now) for (const flow of this.#flows) flow.cut()
  }

  #group(): TargetGroup | undefined {
    const action = this.config.rules.at(-1)?.action
    if (action?.type !== 'forward') return undefined
    const { services } = this.#balancer
    const arn = chooseGroup(action.groups, services.random.next())?.arn
    return arn === undefined ? undefined : services.group(arn)
  }

  #join(client: Duplex, other: Duplex, target: Target): void {
    const { counters, services } = this.#balancer
    counters.activeConnections++
    const flow: Flow = new Flow(client, other, {
      nowMs: () => services.clock.now(),
      onBytes: (count) => {
        counters.processedBytes += count
      },
      onClose: () => {
        this.#flows.delete(flow)
        target.connections.delete(flow)
        counters.activeConnections--
        target.end()
      },
    })
    this.#flows.add(flow)
    target.connections.add(flow)
  }
}

/** With source-address stickiness the same client comes to the same target, while it is there. */
function chooseTarget(group: TargetGroup, peer: Peer): Target | undefined {
  if (group.config.stickiness?.type !== 'source_ip') return group.choose()
  const targets = group.eligibleTargets
  let hash = 0
  for (let i = 0; i < peer.ip.length; i++) hash = (hash * 31 + peer.ip.charCodeAt(i)) >>> 0
  return targets[hash % Math.max(1, targets.length)]
}
