import type { Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { AlarmState, MissingData } from './alarms/evaluate.ts'

/** A metric alarm. Times are engine time. */
export interface AlarmRecord {
  readonly name: string
  readonly arn: string
  readonly region: string
  readonly description: string | undefined
  readonly actionsEnabled: boolean
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>
  readonly namespace: string | undefined
  readonly metricName: string | undefined
  readonly dimensions: readonly Dimension[]
  /** `Average`, `p99`. */
  readonly statistic: string
  readonly extended: boolean
  readonly unit: string | undefined
  readonly periodSeconds: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number | undefined
  readonly threshold: number
  readonly comparison: string
  readonly treatMissingData: MissingData
  /** Metric math instead of one metric. */
  readonly metrics: readonly MetricDataQuery[] | undefined
  readonly state: AlarmState
  readonly stateReason: string
  readonly stateReasonData: string | undefined
  readonly stateUpdatedAt: number
  readonly stateTransitionedAt: number
  readonly configuredAt: number
  readonly tags: Readonly<Record<string, string>>
}

export interface AlarmHistoryRecord {
  readonly alarm: string
  readonly region: string
  readonly at: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  readonly summary: string
  readonly data: string
}
