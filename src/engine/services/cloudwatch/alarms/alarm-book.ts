import type { EngineContext } from '../../service.ts'
import type { AlarmHistoryRecord, AlarmRecord } from '../records.ts'
import type { AlarmState } from './evaluate.ts'

const HISTORY_KEPT = 1000

/** The alarms and their history; every change of state goes through here. */
export class AlarmBook {
  readonly alarms
  readonly history
  readonly #context: EngineContext
  #sequence = 0

  constructor(context: EngineContext) {
    this.#context = context
    this.alarms = context.store.collection<AlarmRecord>('cloudwatch/alarms')
    this.history = context.store.collection<AlarmHistoryRecord>('cloudwatch/alarm-history')
    this.#sequence = this.history.size
  }

  get(region: string, name: string): AlarmRecord | undefined {
    return this.alarms.get(`${region}/${name}`)
  }

  put(alarm: AlarmRecord): void {
    this.alarms.put(`${alarm.region}/${alarm.name}`, alarm)
  }

  delete(region: string, name: string): void {
    this.alarms.delete(`${region}/${name}`)
  }

  in(region: string): AlarmRecord[] {
    return [...this.alarms.values()].filter((alarm) => alarm.region === region)
  }

  record(entry: Omit<AlarmHistoryRecord, 'at'>): void {
    const at = this.#context.clock.now()
    this.history.put(`${entry.region}/${String(++this.#sequence).padStart(12, '0')}`, {
      ...entry,
      at,
    })
    const [oldest] = this.history.entries().next().value ?? []
    if (this.history.size > HISTORY_KEPT && oldest !== undefined) this.history.delete(oldest)
  }

  /** Changes an alarm's state and runs the actions of the new one. */
  async transition(
    alarm: AlarmRecord,
    to: { state: AlarmState; reason: string; reasonData?: string | undefined },
  ): Promise<void> {
    const now = this.#context.clock.now()
    const changed: AlarmRecord = {
      ...alarm,
      state: to.state,
      stateReason: to.reason,
      stateReasonData: to.reasonData,
      stateUpdatedAt: now,
      stateTransitionedAt: alarm.state === to.state ? alarm.stateTransitionedAt : now,
    }
    this.put(changed)
    if (alarm.state === to.state) return
    this.record({
      alarm: alarm.name,
      region: alarm.region,
      type: 'StateUpdate',
      summary: `Alarm updated from ${alarm.state} to ${to.state}`,
      data: JSON.stringify({
        version: '1.0',
        oldState: { stateValue: alarm.state, stateReason: alarm.stateReason },
        newState: { stateValue: to.state, stateReason: to.reason },
      }),
    })
    if (!changed.actionsEnabled) return
    for (const action of changed.actions[to.state]) await this.#act(changed, alarm.state, action)
  }

  async #act(alarm: AlarmRecord, before: AlarmState, action: string): Promise<void> {
    // Scaling policies watch their alarms themselves (they act again each minute).
    if (!action.includes(':sns:')) return
    const calls = this.#context.calls(alarm.region)
    try {
      await calls.sns.publish({
        TopicArn: action,
        Subject: `${alarm.state}: "${alarm.name}" in ${alarm.region}`.slice(0, 100),
        Message: notification(alarm, before, this.#context),
      })
      this.#told(alarm, `Successfully executed action ${action}`)
    } catch (error) {
      this.#told(alarm, `Failed to execute action ${action}. ${String(error)}`)
    }
  }

  #told(alarm: AlarmRecord, summary: string): void {
    this.record({ alarm: alarm.name, region: alarm.region, type: 'Action', summary, data: '{}' })
  }
}

/** The message that AWS sends to a topic. */
function notification(alarm: AlarmRecord, before: AlarmState, context: EngineContext): string {
  const changedAt = context.clock.toWall(alarm.stateUpdatedAt).toISOString()
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: context.accountId,
    AlarmConfigurationUpdatedTimestamp: context.clock
      .toWall(alarm.configuredAt)
      .toISOString()
      .replace('Z', '+0000'),
    NewStateValue: alarm.state,
    NewStateReason: alarm.stateReason,
    StateChangeTime: changedAt.replace('Z', '+0000'),
    Region: alarm.region,
    AlarmArn: alarm.arn,
    OldStateValue: before,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: alarm.metricName,
      Namespace: alarm.namespace,
      StatisticType: alarm.extended ? 'ExtendedStatistic' : 'Statistic',
      Statistic: alarm.statistic.toUpperCase(),
      Unit: alarm.unit ?? null,
      Dimensions: alarm.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.evaluationPeriods,
      ComparisonOperator: alarm.comparison,
      Threshold: alarm.threshold,
      TreatMissingData: alarm.treatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  })
}
