import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { afterCooldown, clamp, combine, stepCapacity, trackingCapacity } from './policy/decide.ts'
import type { LastStep, PolicyRecord, TargetRecord } from './records.ts'
import { keyOf, type ScalingState } from './scaling-state.ts'

const TICK_MS = 60_000
const DEFAULT_COOLDOWN_SECONDS = 300

interface Wish {
  readonly policy: PolicyRecord
  readonly alarm: MetricAlarm
  readonly capacity: number
}

/**
 * Acts on the policies' alarms once a minute for as long as they are in ALARM, as CloudWatch repeats
 * scaling actions (A10).
 */
export class Scaler {
  readonly #state: ScalingState
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(state: ScalingState) {
    this.#state = state
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  /** One look at every target. */
  async tick(): Promise<void> {
    for (const target of this.#state.targets.values()) {
      try {
        await this.#consider(target)
      } catch (error) {
        this.#state.context.log.warn('a target could not be scaled', {
          resource: target.resourceId,
          error: String(error),
        })
      }
    }
  }

  async #run(): Promise<void> {
    for (;;) {
      try {
        await this.#state.context.clock.sleep(TICK_MS, this.#stopping.signal)
      } catch {
        return
      }
      await this.tick()
    }
  }

  async #consider(target: TargetRecord): Promise<void> {
    const policies = this.#state.policiesOf(target)
    if (policies.length === 0) return
    const capacity = await this.#state.currentCapacity(target)
    if (capacity === undefined) return
    const current = capacity.desired
    const wishes = await Promise.all(policies.map((policy) => this.#wish(target, policy, current)))
    const wanted = combine(
      current,
      wishes.map((wish) => wish?.capacity),
    )
    if (wanted === undefined) return
    const to = clamp(wanted, target)
    if (to === current) return
    const out = to > current
    // ASG-2, A8: a deployment in progress suspends scaling in, not scaling out.
    if (!out && (capacity.deploying || target.suspended.DynamicScalingInSuspended === true)) return
    if (out && target.suspended.DynamicScalingOutSuspended === true) return
    const chosen = wishes.find((wish) => wish?.capacity === wanted)
    if (chosen === undefined) return
    this.#remember(chosen.policy, { at: this.#state.context.clock.now(), from: current, to })
    await this.#state.scale(
      target,
      to,
      `monitor alarm ${chosen.alarm.AlarmName ?? ''} in state ALARM triggered policy ${chosen.policy.name}`,
    )
  }

  async #wish(
    target: TargetRecord,
    policy: PolicyRecord,
    current: number,
  ): Promise<Wish | undefined> {
    const alarm = await this.#alarmOf(policy)
    if (alarm === undefined) return undefined
    const metric = await this.#metricOf(target.region, alarm)
    if (metric === undefined) return undefined
    const capacity =
      policy.tracking === undefined
        ? policy.step &&
          stepCapacity(policy.step, { current, metric, threshold: alarm.Threshold ?? 0 })
        : trackingCapacity({
            current,
            metric,
            target: policy.tracking.TargetValue ?? 1,
            direction: alarm.AlarmName?.includes('-AlarmHigh-') === true ? 'out' : 'in',
          })
    if (capacity === undefined || capacity === current) return undefined
    const allowed = afterCooldown(
      { capacity: clamp(capacity, target), current },
      cooldowns(policy, this.#state),
    )
    return allowed === undefined ? undefined : { policy, alarm, capacity }
  }

  /** The policy's alarm that is in ALARM; the high one first. */
  async #alarmOf(policy: PolicyRecord): Promise<MetricAlarm | undefined> {
    const { MetricAlarms } = await this.#state.context
      .calls(policy.region)
      .cloudwatch.describeAlarms({ StateValue: 'ALARM', ActionPrefix: policy.arn })
    const alarms = (MetricAlarms ?? []).filter(({ ActionsEnabled }) => ActionsEnabled !== false)
    return alarms.find(({ AlarmName }) => AlarmName?.includes('-AlarmHigh-')) ?? alarms[0]
  }

  /** The newest datapoint of an alarm's metric. */
  async #metricOf(region: string, alarm: MetricAlarm): Promise<number | undefined> {
    const { clock } = this.#state.context
    const now = clock.now()
    const period = alarm.Period ?? 60
    const queries = alarm.Metrics ?? [
      {
        Id: 'm1',
        MetricStat: {
          Metric: {
            Namespace: alarm.Namespace,
            MetricName: alarm.MetricName,
            Dimensions: alarm.Dimensions,
          },
          Period: period,
          Stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? 'Average',
        },
      },
    ]
    const { MetricDataResults } = await this.#state.context.calls(region).cloudwatch.getMetricData({
      MetricDataQueries: queries,
      StartTime: new Date(now - 5 * period * 1000),
      EndTime: new Date(Math.floor(now / (period * 1000)) * period * 1000),
      ScanBy: 'TimestampDescending',
    })
    return MetricDataResults?.[0]?.Values?.[0]
  }

  #remember(policy: PolicyRecord, step: LastStep): void {
    const out = step.to > step.from
    this.#state.policies.put(`${keyOf(policy)}/${policy.name}`, {
      ...policy,
      // A scale-out ends a scale-in cooldown.
      ...(out ? { lastOut: step, lastIn: undefined } : { lastIn: step }),
    })
  }
}

function cooldowns(policy: PolicyRecord, state: ScalingState) {
  const { tracking, step } = policy
  const outSeconds = tracking?.ScaleOutCooldown ?? step?.Cooldown ?? DEFAULT_COOLDOWN_SECONDS
  const inSeconds = tracking?.ScaleInCooldown ?? step?.Cooldown ?? DEFAULT_COOLDOWN_SECONDS
  return {
    now: state.context.clock.now(),
    outMs: outSeconds * 1000,
    inMs: inSeconds * 1000,
    lastOut: policy.lastOut,
    lastIn: policy.lastIn,
  }
}
