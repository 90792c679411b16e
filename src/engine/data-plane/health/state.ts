/** What a health check found. */
export type CheckResult =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: FailureReason; readonly description: string }

export type FailureReason =
  | 'Target.ResponseCodeMismatch'
  | 'Target.Timeout'
  | 'Target.FailedHealthChecks'

/** A target's health as its checks have shown it so far. */
export interface Health {
  readonly state: 'initial' | 'healthy' | 'unhealthy'
  /** The latest checks that agree with one another. */
  readonly successes: number
  readonly failures: number
  /** Whether a check has begun at all. */
  readonly checked: boolean
  /** The latest failure, for an unhealthy target. */
  readonly reason: FailureReason | undefined
  readonly description: string | undefined
}

export interface Thresholds {
  readonly healthy: number
  readonly unhealthy: number
}

export const INITIAL_HEALTH: Health = {
  state: 'initial',
  successes: 0,
  failures: 0,
  checked: false,
  reason: undefined,
  description: undefined,
}

/**
 * The next health after a check. A new target needs one success, an unhealthy one as many as the
 * threshold says (AWS: "Health checks for Application Load Balancer target groups").
 */
export function afterCheck(health: Health, result: CheckResult, thresholds: Thresholds): Health {
  if (result.passed) {
    const successes = health.successes + 1
    const passes = health.state !== 'unhealthy' || successes >= thresholds.healthy
    return passes
      ? { ...INITIAL_HEALTH, state: 'healthy', successes, checked: true }
      : { ...health, successes, failures: 0 }
  }
  const failures = health.failures + 1
  const fails = health.state === 'unhealthy' || failures >= thresholds.unhealthy
  return {
    state: fails ? 'unhealthy' : health.state,
    successes: 0,
    failures,
    checked: true,
    reason: fails ? result.reason : undefined,
    description: fails ? result.description : undefined,
  }
}

/** AWS: `TargetHealthReasonEnum`, those that occur here. */
export type HealthReason =
  | FailureReason
  | 'Elb.RegistrationInProgress'
  | 'Elb.InitialHealthChecking'
  | 'Target.NotInUse'
  | 'Target.DeregistrationInProgress'
  | 'Target.HealthCheckDisabled'

/** What else decides the state that DescribeTargetHealth reports. */
export interface Situation {
  readonly health: Health
  readonly draining: boolean
  /** Whether a listener or rule forwards to the group. */
  readonly inUse: boolean
  readonly checksEnabled: boolean
}

/** A target's health in AWS's words (AWS: `TargetHealth`). */
export interface ReportedHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable'
  readonly reason: HealthReason | undefined
  readonly description: string | undefined
}

export function reportedHealth({ health, ...situation }: Situation): ReportedHealth {
  if (situation.draining) {
    return {
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      description: 'Target deregistration is in progress',
    }
  }
  if (!situation.inUse) {
    return {
      state: 'unused',
      reason: 'Target.NotInUse',
      description: 'Target group is not configured to receive traffic from the load balancer',
    }
  }
  if (!situation.checksEnabled) {
    return {
      state: 'unavailable',
      reason: 'Target.HealthCheckDisabled',
      description: 'Health checks are disabled',
    }
  }
  if (health.state !== 'initial') return health
  return health.checked
    ? {
        state: 'initial',
        reason: 'Elb.InitialHealthChecking',
        description: 'Initial health checks in progress',
      }
    : {
        state: 'initial',
        reason: 'Elb.RegistrationInProgress',
        description: 'Target registration is in progress',
      }
}
