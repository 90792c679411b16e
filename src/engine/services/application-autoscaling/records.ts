import type {
  ScalableDimension,
  ServiceNamespace,
  StepScalingPolicyConfiguration,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling'

/** Times are engine time. */
export interface TargetRecord {
  readonly region: string
  readonly namespace: ServiceNamespace
  readonly resourceId: string
  readonly dimension: ScalableDimension
  readonly min: number
  readonly max: number
  readonly roleArn: string
  readonly arn: string
  readonly suspended: SuspendedState
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

export interface PolicyRecord {
  readonly region: string
  readonly name: string
  readonly arn: string
  readonly namespace: ServiceNamespace
  readonly resourceId: string
  readonly dimension: ScalableDimension
  readonly createdAt: number
  readonly tracking: TargetTrackingScalingPolicyConfiguration | undefined
  readonly step: StepScalingPolicyConfiguration | undefined
  /** The alarms that target tracking made, high first. */
  readonly alarms: readonly { readonly name: string; readonly arn: string }[]
  /** When this policy last scaled, and to what. */
  readonly lastOut: LastStep | undefined
  readonly lastIn: LastStep | undefined
}

export interface LastStep {
  readonly at: number
  readonly from: number
  readonly to: number
}

export interface ActivityRecord {
  readonly id: string
  readonly region: string
  readonly namespace: ServiceNamespace
  readonly resourceId: string
  readonly dimension: ScalableDimension
  readonly description: string
  readonly cause: string
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly status: 'InProgress' | 'Successful' | 'Failed'
  readonly message: string
}
