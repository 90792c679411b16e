import { notFound } from './errors.ts'
import type { RdsState } from './rds-state.ts'
import type { ParameterGroupRecord } from './records.ts'

/** A parameter group by name; the default one of the family is always there. */
export function findParameterGroup(
  state: RdsState,
  region: string,
  { name, family }: { name: string | undefined; family: string },
): ParameterGroupRecord {
  const wanted = (name ?? '').toLowerCase()
  if (wanted === `default.${family}`) {
    const description = `Default parameter group for ${family}`
    return { name: wanted, region, family, description, values: {}, tags: {} }
  }
  const record = state.parameterGroups.get(`${region}/${wanted}`)
  if (record !== undefined) return record
  throw notFound('DBParameterGroupNotFound', `DBParameterGroup not found: ${name}`)
}
