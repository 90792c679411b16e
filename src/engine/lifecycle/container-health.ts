/** A container's health, fold by fold of its check's results (TASK-6, K5). */
export interface HealthState {
  readonly status: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  readonly failures: number
}

export interface HealthRule {
  readonly retries: number
  /** Engine milliseconds from the container's start in which failures do not count. */
  readonly startPeriodMs: number
}

export const UNKNOWN_HEALTH: HealthState = { status: 'UNKNOWN', failures: 0 }

/** The state after one more result, `sinceStartMs` after the container's start. */
export function afterCheck(
  state: HealthState,
  passed: boolean,
  { rule, sinceStartMs }: { rule: HealthRule; sinceStartMs: number },
): HealthState {
  if (passed) return { status: 'HEALTHY', failures: 0 }
  // A success ends the start period: after it, failures count at once.
  const forgiven = sinceStartMs < rule.startPeriodMs && state.status !== 'HEALTHY'
  if (forgiven) return state
  const failures = state.failures + 1
  return { status: failures >= rule.retries ? 'UNHEALTHY' : state.status, failures }
}

/** A task's health over its essential containers that have a check (TASK-6, K6). */
export function taskHealth(
  containers: readonly { essential: boolean; checked: boolean; health: HealthState['status'] }[],
): HealthState['status'] {
  const counted = containers.filter(({ essential, checked }) => essential && checked)
  if (counted.some(({ health }) => health === 'UNHEALTHY')) return 'UNHEALTHY'
  if (counted.length === 0 || counted.some(({ health }) => health === 'UNKNOWN')) return 'UNKNOWN'
  return 'HEALTHY'
}
