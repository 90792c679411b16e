import type { Timer } from '../clock/clock.ts'
import { Balancer, type BalancerServices } from './balancer/balancer.ts'
import type { BalancerConfig, ListenerConfig, TargetGroupConfig } from './config.ts'
import { HealthChecker } from './health/checker.ts'
import { probe } from './health/probe.ts'
import { TargetGroup } from './targets/target-group.ts'

/** Real: how often idle connections are looked for, while there are any. */
const SWEEP_MS = 1000

export type DataPlaneOptions = Omit<BalancerServices, 'group' | 'onActivity'> & {
  /** A deregistered target has nothing left to do. */
  readonly onDrained: (groupArn: string, targetKey: string) => void
}

/** Load balancers at work. The ELBv2 service tells what there is; this does it. */
export class DataPlane {
  readonly #options: DataPlaneOptions
  readonly #services: BalancerServices
  readonly #balancers = new Map<string, Balancer>()
  readonly #groups = new Map<string, TargetGroup>()
  readonly #checker: HealthChecker
  #sweepTimer: Timer | undefined

  constructor(options: DataPlaneOptions) {
    this.#options = options
    this.#services = {
      ...options,
      group: (arn) => this.#groups.get(arn),
      onActivity: () => this.#armSweep(),
    }
    this.#checker = new HealthChecker({
      clock: options.clock,
      groups: () => this.#groups.values(),
      probe: (group, target) => {
        const arn = group.config.balancerArn
        const [from] =
          (arn === undefined ? undefined : this.#balancers.get(arn))?.config.nodes ?? []
        if (from === undefined) return Promise.reject(new Error('the load balancer is gone'))
        return probe(options, { group: group.config, target, from })
      },
    })
  }

  start(): void {
    this.#checker.start()
  }

  stop(): void {
    this.#checker.stop()
    this.#sweepTimer?.cancel()
    this.#sweepTimer = undefined
    for (const balancer of this.#balancers.values()) balancer.stop()
    for (const group of this.#groups.values()) group.close()
    this.#balancers.clear()
    this.#groups.clear()
  }

  setBalancer(config: BalancerConfig): void {
    const known = this.#balancers.get(config.arn)
    if (known === undefined) this.#balancers.set(config.arn, new Balancer(config, this.#services))
    else known.configure(config)
  }

  removeBalancer(arn: string): void {
    this.#balancers.get(arn)?.stop()
    this.#balancers.delete(arn)
  }

  balancer(arn: string): Balancer | undefined {
    return this.#balancers.get(arn)
  }

  balancers(): IterableIterator<Balancer> {
    return this.#balancers.values()
  }

  /** Starts or changes a listener; resolves with its port on this machine, where it has one. */
  async setListener(config: ListenerConfig, isPublic: boolean): Promise<number | undefined> {
    const balancer = this.#balancers.get(config.balancerArn)
    if (balancer === undefined) throw new Error(`no load balancer ${config.balancerArn}`)
    return balancer.setListener(config, isPublic)
  }

  removeListener(balancerArn: string, arn: string): void {
    this.#balancers.get(balancerArn)?.removeListener(arn)
  }

  setTargetGroup(config: TargetGroupConfig): TargetGroup {
    let group = this.#groups.get(config.arn)
    if (group === undefined) {
      group = this.#newGroup(config)
      this.#groups.set(config.arn, group)
    } else group.configure(config)
    this.#checker.wake()
    return group
  }

  removeTargetGroup(arn: string): void {
    this.#groups.get(arn)?.close()
    this.#groups.delete(arn)
  }

  group(arn: string): TargetGroup | undefined {
    return this.#groups.get(arn)
  }

  groups(): IterableIterator<TargetGroup> {
    return this.#groups.values()
  }

  /** To be called when targets were registered: they are checked soon. */
  checkSoon(): void {
    this.#checker.wake()
  }

  #newGroup(config: TargetGroupConfig): TargetGroup {
    const { clock, random, log } = this.#options
    return new TargetGroup(config, {
      clock,
      nowMs: () => clock.now(),
      chance: () => random.next(),
      events: {
        onDrained: (key) => this.#options.onDrained(config.arn, key),
        onHealthChange: (target) =>
          log.info('a target changed its health', {
            targetGroup: config.id,
            target: target.key,
            state: target.health.state,
            reason: target.health.description,
          }),
      },
    })
  }

  #armSweep(): void {
    const { clock } = this.#options
    this.#sweepTimer ??= clock.after(clock.real(SWEEP_MS), () => this.#sweep())
  }

  #sweep(): void {
    this.#sweepTimer = undefined
    const now = this.#options.clock.now()
    let open = 0
    for (const balancer of this.#balancers.values()) {
      balancer.sweep(now)
      open += balancer.connectionCount
    }
    for (const group of this.#groups.values()) {
      for (const target of group.targets()) {
        target.idle.closeExpired(now)
        open += target.connections.size
      }
    }
    if (open > 0) this.#armSweep()
  }
}
