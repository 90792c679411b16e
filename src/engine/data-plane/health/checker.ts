import type { Clock, Timer } from '../../clock/clock.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import type { CheckResult } from './state.ts'

/** A new target's first check comes so soon (AWS: within seconds of its registration). */
const FIRST_CHECK_MS = 500
/** Checks begin in steps of this, so that one timer serves many of them. */
const STEP_MS = 250

export interface CheckerOptions {
  readonly clock: Clock
  groups(): Iterable<TargetGroup>
  readonly probe: (group: TargetGroup, target: Target) => Promise<CheckResult>
}

/** Checks the targets of all groups, each at its group's interval, with one timer for all. */
export class HealthChecker {
  readonly #options: CheckerOptions
  #timer: Timer | undefined
  #timerAtMs = Number.POSITIVE_INFINITY
  #stopped = true

  constructor(options: CheckerOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopped = false
    this.wake()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAtMs = Number.POSITIVE_INFINITY
  }

  /** To be called when targets or groups have changed. */
  wake(): void {
    if (!this.#stopped) this.#run()
  }

  /** Begins the checks that are due, and sets the timer for the next. */
  #run(): void {
    const now = this.#options.clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const group of this.#options.groups()) {
      if (!group.checksRun) continue
      for (const target of group.targets()) {
        if (target.draining || target.checking) continue
        if (target.nextCheckAtMs === 0) target.nextCheckAtMs = step(now + FIRST_CHECK_MS)
        if (target.nextCheckAtMs <= now) this.#check(group, target)
        else next = Math.min(next, target.nextCheckAtMs)
      }
    }
    this.#arm(next)
  }

  #arm(atMs: number): void {
    if (atMs === this.#timerAtMs && this.#timer !== undefined) return
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAtMs = atMs
    if (atMs === Number.POSITIVE_INFINITY) return
    this.#timer = this.#options.clock.after(atMs - this.#options.clock.now(), () => {
      this.#timer = undefined
      this.#timerAtMs = Number.POSITIVE_INFINITY
      this.wake()
    })
  }

  #check(group: TargetGroup, target: Target): void {
    const { clock, probe } = this.#options
    target.checking = true
    target.nextCheckAtMs = step(clock.now() + group.config.healthCheck.intervalMs)
    if (!target.health.checked) target.health = { ...target.health, checked: true }
    const finish = (result: CheckResult): void => {
      target.checking = false
      if (this.#stopped || !group.checksRun || target.draining) return
      group.applyCheck(target, result)
      this.#arm(Math.min(this.#timerAtMs, Math.max(target.nextCheckAtMs, clock.now())))
    }
    probe(group, target).then(finish, () => finish(FAILED))
  }
}

function step(atMs: number): number {
  return Math.ceil(atMs / STEP_MS) * STEP_MS
}

const FAILED: CheckResult = {
  passed: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
}
