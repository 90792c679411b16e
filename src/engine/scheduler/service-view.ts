import type { TaskStatus } from '../lifecycle/task-status.ts'

/** What the scheduler sees of a service. All times are engine milliseconds. */
export interface ServiceView {
  readonly desiredCount: number
  readonly minimumHealthyPercent: number | undefined
  readonly maximumPercent: number | undefined
  /** Newest first. */
  readonly deployments: readonly DeploymentView[]
  readonly draining: boolean
  /** Starts that failed in a row, and when the last of them did. */
  readonly startFailures: number
  readonly lastStartFailureAt: number | undefined
  /** When a task last ended by itself soon after it had begun to run. */
  readonly lastCrashAt: number | undefined
  /** Undefined: no circuit breaker. */
  readonly breakerThreshold: number | undefined
  readonly rollback: boolean
  readonly alarmRollback: boolean
  /** R16: undefined when the deployment must be whole. */
  readonly earlySuccess: EarlySuccess | undefined
  /** Whether an uneven spread over these zones is to be evened out (DEP-14). */
  readonly rebalancing: boolean
  readonly zones: readonly string[]
}

export interface EarlySuccess {
  readonly healthyPercent: number
  /** Whether what the deployment replaces must be gone first. */
  readonly cleanUpFirst: boolean
}

export interface DeploymentView {
  readonly id: string
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly failedTasks: number
  /** An alarm of the deployment has fired since it began (DEP-10). */
  readonly alarmed: boolean
  /** How long it must have been whole before it is complete. */
  readonly bakeMs: number
  /** Since when it has been whole and alone. */
  readonly bakingSince: number | undefined
}

export interface TaskView {
  readonly id: string
  readonly deploymentId: string
  readonly status: TaskStatus
  readonly desiredStatus: 'RUNNING' | 'STOPPED'
  readonly zone: string
  readonly createdAt: number
  /** Counts toward the minimum (DEP-2). */
  readonly healthy: boolean
  /** Whether its deployment has been told that it became healthy. */
  readonly knownHealthy: boolean
  /** Why it must be replaced; undefined while it is fine or in its grace period. */
  readonly unhealthy: UnhealthyReason | undefined
  readonly protected: boolean
}

export interface UnhealthyReason {
  /** The task's `stoppedReason`. */
  readonly stoppedReason: string
  /** The service event, without the service's name. */
  readonly event: string
}

/** What the scheduler wants done, in this order. */
export type Action =
  | { readonly kind: 'start'; readonly deploymentId: string; readonly count: number }
  | { readonly kind: 'replace'; readonly deploymentId: string; readonly count: number }
  /** Starts a task in the zone that has too few. */
  | {
      readonly kind: 'rebalance'
      readonly deploymentId: string
      readonly zone: string
      readonly counts: Readonly<Record<string, number>>
    }
  | { readonly kind: 'stop'; readonly taskIds: readonly string[]; readonly why: StopReason }
  /** Tasks became healthy for the first time. */
  | { readonly kind: 'healthy'; readonly taskIds: readonly string[] }
  | { readonly kind: 'bake'; readonly deploymentId: string }
  | { readonly kind: 'complete'; readonly deploymentId: string }
  | {
      readonly kind: 'fail'
      readonly deploymentId: string
      readonly rollback: boolean
      readonly cause: FailureCause
    }
  | { readonly kind: 'forget'; readonly deploymentId: string }
  | { readonly kind: 'steady' }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'protected'; readonly deploymentId: string; readonly count: number }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly throttled: boolean }

export type FailureCause = 'tasks failed to start' | 'alarm detected'

export type StopReason =
  | { readonly kind: 'scaling'; readonly deploymentId: string }
  | { readonly kind: 'unhealthy'; readonly reason: UnhealthyReason }
