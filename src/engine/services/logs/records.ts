import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs'

/** A log group. Times are wall-clock milliseconds, as this API gives them. */
export interface LogGroupRecord {
  readonly name: string
  readonly arn: string
  readonly region: string
  readonly createdAt: number
  readonly retentionDays: number | undefined
  readonly kmsKeyId: string | undefined
  readonly logGroupClass: LogGroupClass
  readonly tags: Readonly<Record<string, string>>
}

export interface LogStreamRecord {
  /** Numbers the stream in the table of events. */
  readonly id: number
  readonly group: string
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  readonly firstEventAt: number | undefined
  readonly lastEventAt: number | undefined
  readonly lastIngestedAt: number | undefined
}

export interface MetricFilterRecord {
  readonly group: string
  readonly name: string
  readonly pattern: string
  readonly createdAt: number
  readonly transformations: readonly {
    readonly metricName: string
    readonly metricNamespace: string
    readonly metricValue: string
    readonly defaultValue?: number | undefined
    readonly unit?: string | undefined
  }[]
}
