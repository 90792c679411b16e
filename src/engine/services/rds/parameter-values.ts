import type { InstanceRecord } from './records.ts'
import type { RdsState } from './rds-state.ts'

/** The values of an instance's parameter group: only those that were changed. */
export function parameterValues(
  state: RdsState,
  { region, parameterGroup }: Pick<InstanceRecord, 'region' | 'parameterGroup'>,
): Readonly<Record<string, string>> {
  return state.parameterGroups.get(`${region}/${parameterGroup}`)?.values ?? {}
}

/** The same in PostgreSQL's own names, for its configuration. */
export function serverParameters(
  state: RdsState,
  record: Pick<InstanceRecord, 'region' | 'parameterGroup'>,
): Readonly<Record<string, string>> {
  const values = parameterValues(state, record)
  return values['rds.logical_replication'] === '1' ? { ...values, wal_level: 'logical' } : values
}

export function forcesSsl(
  state: RdsState,
  record: Pick<InstanceRecord, 'region' | 'parameterGroup'>,
): boolean {
  return parameterValues(state, record)['rds.force_ssl'] === '1'
}
