import type { HealthCheck } from '@aws-sdk/client-ecs'
import type { Clock } from '../../../clock/clock.ts'
import {
  afterCheck,
  type HealthState,
  UNKNOWN_HEALTH,
} from '../../../lifecycle/container-health.ts'
import type { RunningContainer } from '../../../runtimes/runtime.ts'
import { healthCommand } from './container-plan.ts'

/** The shortest real pause between two checks, however fast the engine's time passes. */
const LEAST_PAUSE_MS = 250
/**
 * Until the first success one looks more often, on the wall clock, so that nobody waits for a
 * container that is well; a failure counts at the check's own interval only.
 */
const EARLY_PAUSE_MS = 500

export interface HealthCheckContext {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onChange: (status: HealthState['status']) => void
}

/** Runs a container's health check until the signal aborts (TASK-6). */
export async function checkHealth(
  container: RunningContainer,
  check: HealthCheck,
  { clock, signal, onChange }: HealthCheckContext,
): Promise<void> {
  const startedAt = clock.now()
  const rule = {
    retries: check.retries ?? 3,
    startPeriodMs: clock.real((check.startPeriod ?? 0) * 1000),
  }
  const intervalMs = Math.max((check.interval ?? 30) * 1000, clock.real(LEAST_PAUSE_MS))
  const earlyMs = Math.min(intervalMs, clock.real(EARLY_PAUSE_MS))
  let state: HealthState = UNKNOWN_HEALTH
  let due = startedAt + intervalMs
  while (!signal.aborted) {
    const early = state.status === 'UNKNOWN' && clock.now() + earlyMs < due
    try {
      await clock.sleep(early ? earlyMs : Math.max(0, due - clock.now()), signal)
    } catch {
      return
    }
    const passed = await runOnce(container, check, clock)
    if (signal.aborted) return
    if (!early) due = clock.now() + intervalMs
    if (early && !passed) continue
    const next = afterCheck(state, passed, { rule, sinceStartMs: clock.now() - startedAt })
    if (next.status !== state.status) onChange(next.status)
    state = next
  }
}

/** One run: exit code 0 within the time-out, which is real time. */
async function runOnce(
  container: RunningContainer,
  check: HealthCheck,
  clock: Clock,
): Promise<boolean> {
  try {
    const session = await container.exec({
      argv: healthCommand(check.command ?? []),
      terminal: undefined,
    })
    session.stdout.resume()
    session.stderr.resume()
    let late = false
    const timer = clock.after(clock.real((check.timeout ?? 5) * 1000), () => {
      late = true
      session.kill()
    })
    const { exitCode } = await session.exited
    timer.cancel()
    return exitCode === 0 && !late
  } catch {
    return false
  }
}
