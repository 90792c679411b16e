import type { Clock } from '../../clock/clock.ts'
import { Balancer, type Circumstances } from '../balancing/algorithms.ts'
import type { TargetAddress, TargetGroupConfig } from '../config.ts'
import {
  afterCheck,
  type CheckResult,
  INITIAL_HEALTH,
  type ReportedHealth,
  reportedHealth,
} from '../health/state.ts'
import { GroupCounters } from '../metrics/counters.ts'
import { drainTarget } from './drain.ts'
import { IdleConnections } from './idle-connections.ts'
import { Target, targetKey } from './target.ts'

/** What a group tells its owner. */
export interface GroupEvents {
  /** A deregistered target has nothing left to do. */
  readonly onDrained: (key: string) => void
  readonly onHealthChange: (target: Target) => void
}

/** A target group at work: its targets, who of them gets requests, and who is next. */
export class TargetGroup {
  config: TargetGroupConfig
  readonly counters = new GroupCounters()
  readonly #targets = new Map<string, Target>()
  readonly #clock: Clock
  readonly #events: GroupEvents
  readonly #balancer: Balancer
  #eligible: readonly Target[] = []

  constructor(
    config: TargetGroupConfig,
    { clock, events, ...rest }: { clock: Clock; events: GroupEvents } & Circumstances,
  ) {
    this.config = config
    this.#clock = clock
    this.#events = events
    this.#balancer = new Balancer(rest)
  }

  configure(config: TargetGroupConfig): void {
    const used = this.config.balancerArn !== undefined
    this.config = config
    if (used && config.balancerArn === undefined) this.#forgetHealth()
    this.#recompute()
  }

  /** Registers a target; one that drains begins anew. */
  register(address: TargetAddress): void {
    const known = this.#targets.get(targetKey(address))
    if (known !== undefined && !known.draining && known.ip === address.ip) return
    known?.drain?.cancel()
    const target = new Target(address, new IdleConnections())
    this.#targets.set(target.key, target)
    this.#recompute()
  }

  /** Takes a target out: no new request from now on, those in flight may finish. */
  deregister(key: string, sinceMs: number): void {
    const target = this.#targets.get(key)
    if (target === undefined || target.draining) return
    target.drainingSinceMs = sinceMs
    this.#recompute()
    target.idle.closeAll()
    target.drain = drainTarget(target, {
      clock: this.#clock,
      delayMs: this.config.deregistrationDelayMs,
      onDrained: () => {
        if (this.#targets.get(key) !== target) return
        this.#targets.delete(key)
        this.#events.onDrained(key)
      },
    })
  }

  /** Removes everything at once, when the group is deleted or the engine stops. */
  close(): void {
    for (const target of this.#targets.values()) {
      target.drain?.cancel()
      target.cut()
    }
    this.#targets.clear()
    this.#eligible = []
  }

  target(key: string): Target | undefined {
    return this.#targets.get(key)
  }

  targets(): IterableIterator<Target> {
    return this.#targets.values()
  }

  /** The targets that get requests now. */
  get eligibleTargets(): readonly Target[] {
    return this.#eligible
  }

  get checksRun(): boolean {
    return this.config.balancerArn !== undefined && this.config.healthCheck.enabled
  }

  /** The target for the next request, but none of `except`. */
  choose(except?: ReadonlySet<Target>): Target | undefined {
    const among =
      except === undefined ? this.#eligible : this.#eligible.filter((each) => !except.has(each))
    return this.#balancer.choose(among, this.config.algorithm, this.config.slowStartMs)
  }

  /** The target of that key, when it gets requests now. */
  eligible(key: string): Target | undefined {
    return this.#eligible.find((target) => target.key === key)
  }

  applyCheck(target: Target, result: CheckResult): void {
    if (this.#targets.get(target.key) !== target) return
    const before = target.health.state
    target.health = afterCheck(target.health, result, this.config.healthCheck.thresholds)
    if (target.health.state === before) return
    target.slowSinceMs = this.#startsSlowly(target) ? this.#clock.now() : undefined
    this.#recompute()
    this.#events.onHealthChange(target)
  }

  report(target: Target): ReportedHealth {
    return reportedHealth({
      health: target.health,
      draining: target.draining,
      inUse: this.config.balancerArn !== undefined,
      checksEnabled: this.config.healthCheck.enabled,
    })
  }

  /** How many targets are healthy, and how many are not, of those that are checked. */
  healthCounts(): { healthy: number; unhealthy: number } {
    const registered = [...this.#targets.values()].filter((target) => !target.draining)
    const healthy = registered.filter((target) => this.#passes(target)).length
    return { healthy, unhealthy: registered.length - healthy }
  }

  #passes(target: Target): boolean {
    return target.health.state === 'healthy' || !this.config.healthCheck.enabled
  }

  /** AWS: a target starts slowly only beside a healthy one that does not. */
  #startsSlowly(target: Target): boolean {
    const { slowStartMs, algorithm } = this.config
    if (slowStartMs === 0 || algorithm !== 'round_robin') return false
    if (target.health.state !== 'healthy') return false
    const now = this.#clock.now()
    return this.#eligible.some(
      ({ health, slowSinceMs }) =>
        health.state === 'healthy' &&
        (slowSinceMs === undefined || now - slowSinceMs > slowStartMs),
    )
  }

  /** With too few healthy targets, traffic goes to all that are registered: fail open. */
  #recompute(): void {
    const registered = [...this.#targets.values()].filter((target) => !target.draining)
    const healthy = registered.filter((target) => this.#passes(target))
    const { minimumCount, minimumPercentage } = this.config.failOpen
    const tooFew =
      healthy.length < minimumCount || healthy.length * 100 < registered.length * minimumPercentage
    this.#eligible = tooFew ? registered : healthy
  }

  /** A group that nothing uses any more is not checked; later it begins as new. */
  #forgetHealth(): void {
    for (const target of this.#targets.values()) {
      target.health = INITIAL_HEALTH
      target.slowSinceMs = undefined
      target.nextCheckAtMs = 0
    }
  }
}
