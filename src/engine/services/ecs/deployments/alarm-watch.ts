import { AwsError } from '../../../aws-error.ts'
import type { EcsState } from '../ecs-state.ts'
import type { AlarmWatchRecord, ServiceRecord } from '../records.ts'
import { changedDeployment } from './transitions.ts'

/**
 * C7: the alarms of a deployment that begins. One that has fired already is ignored throughout.
 * Undefined when the configuration names none.
 *
 * AWS computes the bake time from the alarms and does not say how; here it is the longest time that
 * one of them takes to see what it watches.
 */
export async function watchAlarms(
  state: EcsState,
  region: string,
  configuration: ServiceRecord['deploymentConfiguration'],
): Promise<AlarmWatchRecord | undefined> {
  const { alarms } = configuration
  if (alarms?.enable !== true) return undefined
  const found = await describe(state, region, alarms.alarmNames ?? [])
  return {
    ignored: found.filter(({ firing }) => firing).map(({ name }) => name),
    triggered: [],
    bakeMs: Math.max(0, ...found.map(({ windowMs }) => windowMs)),
  }
}

/** Looks whether an alarm of the newest deployment has fired since it began. */
export async function observeAlarms(state: EcsState, service: ServiceRecord): Promise<void> {
  const [primary] = service.deployments
  if (primary?.rolloutState !== 'IN_PROGRESS' || primary.alarms === undefined) return
  const { alarms } = primary
  const names = service.deploymentConfiguration.alarms?.alarmNames ?? []
  const watched = names.filter((name) => !alarms.ignored.includes(name))
  const found = await describe(state, service.region, watched)
  const triggered = found.filter(({ firing }) => firing).map(({ name }) => name)
  if (triggered.length === 0) return
  const current = state.currentService(service) ?? service
  state.putService(changedDeployment(current, primary.id, { alarms: { ...alarms, triggered } }))
}

async function describe(
  state: EcsState,
  region: string,
  names: readonly string[],
): Promise<{ name: string; firing: boolean; windowMs: number }[]> {
  if (names.length === 0) return []
  try {
    const { cloudwatch } = state.context.calls(region)
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNames: [...names] })
    return MetricAlarms.map(
      ({ AlarmName = '', StateValue, Period = 0, EvaluationPeriods = 1 }) => ({
        name: AlarmName,
        firing: StateValue === 'ALARM',
        windowMs: Period * EvaluationPeriods * 1000,
      }),
    )
  } catch (error) {
    if (error instanceof AwsError) return []
    throw error
  }
}
