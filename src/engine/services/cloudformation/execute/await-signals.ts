import { AwsError } from '../../../aws-error.ts'
import type { Clock } from '../../../clock/clock.ts'
import type { DesiredState } from '../plan/desired-state.ts'
import type { SignalRecord } from '../records.ts'
import { isoDurationMs } from '../template/durations.ts'
import type { Value } from '../template/value.ts'
import { isMap, scalarText } from '../template/value.ts'
import type { GroupedRecords } from './grouped-records.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000

/** How many signals a new resource waits for, and how long in real time. */
export interface SignalPolicy {
  readonly count: number
  readonly timeoutMs: number
}

/** From a `CreationPolicy`, or from the properties of a wait condition with a handle. */
export function signalPolicy(
  creationPolicy: Value | undefined,
  desired: Pick<DesiredState, 'type' | 'properties'>,
): SignalPolicy | undefined {
  const rule = isMap(creationPolicy) ? creationPolicy['ResourceSignal'] : undefined
  if (isMap(rule))
    return {
      count: Number(rule['Count'] ?? 1),
      timeoutMs: isoDurationMs(scalarText(rule['Timeout'])) ?? DEFAULT_TIMEOUT_MS,
    }
  if (desired.type !== 'AWS::CloudFormation::WaitCondition') return undefined
  if (desired.properties['Handle'] === undefined) return undefined
  return {
    count: Number(desired.properties['Count'] ?? 1),
    timeoutMs: Number(desired.properties['Timeout'] ?? 0) * 1000,
  }
}

/** Resolves when enough SUCCESS signals are there; rejects on a FAILURE and when time is up. */
export async function awaitSignals(wait: {
  clock: Clock
  signals: GroupedRecords<SignalRecord>
  stackId: string
  logicalId: string
  policy: SignalPolicy
  /** Engine time at which the waiting began. */
  since: number
  signal: AbortSignal
}): Promise<void> {
  const { clock, policy, signal, stackId } = wait
  const deadline = wait.since + clock.real(policy.timeoutMs)
  const done = Promise.withResolvers<void>()
  const look = (): void => {
    const own = wait.signals.of(stackId).filter(({ logicalId }) => logicalId === wait.logicalId)
    const failure = own.find(({ status }) => status === 'FAILURE')
    const received = own.length
    if (failure !== undefined)
      done.reject(failed(`Received FAILURE signal with UniqueId ${failure.uniqueId}`))
    else if (received >= policy.count) done.resolve()
    else if (clock.now() >= deadline)
      done.reject(
        failed(
          `Failed to receive ${policy.count - received} resource signal(s) ` +
            'within the specified duration',
        ),
      )
  }
  const onAbort = (): void => done.reject(signal.reason as Error)
  const stopListening = wait.signals.onChange(stackId, look)
  const timer = clock.after(deadline - clock.now(), look)
  signal.addEventListener('abort', onAbort)
  try {
    if (signal.aborted) onAbort()
    look()
    await done.promise
  } finally {
    stopListening()
    timer.cancel()
    signal.removeEventListener('abort', onAbort)
  }
}

function failed(message: string): AwsError {
  return new AwsError('ValidationError', message)
}
