import type { ParameterStringFilter } from '@aws-sdk/client-ssm'
import { AwsError } from '../../aws-error.ts'
import { invalidFilter } from './errors.ts'
import type { ParameterRecord } from './records.ts'
import { currentVersion } from './records.ts'

/** Whether a parameter passes all filters; of a filter's values one must fit. */
export function passesFilters(
  parameter: ParameterRecord,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every((filter) => passes(parameter, filter))
}

function passes(parameter: ParameterRecord, filter: ParameterStringFilter): boolean {
  const { Key: key = '', Option: option, Values: values = [] } = filter
  if (key === 'Path') return values.some((path) => isUnder(parameter.name, path, option))
  const candidates = candidatesOf(parameter, key)
  if (values.length === 0) return candidates.length > 0
  return candidates.some((candidate) =>
    values.some((value) => compare(candidate, value, option ?? 'Equals')),
  )
}

function candidatesOf(parameter: ParameterRecord, key: string): readonly string[] {
  const current = currentVersion(parameter)
  if (key.startsWith('tag:'))
    return parameter.tags
      .filter(({ Key }) => Key === key.slice('tag:'.length))
      .map(({ Value }) => Value)
  switch (key) {
    case 'Name':
      return [parameter.name]
    case 'Type':
      return [current.type]
    case 'KeyId':
      return current.keyId === undefined ? [] : [current.keyId]
    case 'Tier':
      return [current.tier]
    case 'DataType':
      return [current.dataType]
    case 'Label':
      return parameter.versions.flatMap(({ labels }) => labels)
    default:
      throw invalidFilter(key)
  }
}

function compare(candidate: string, value: string, option: string): boolean {
  switch (option) {
    case 'Equals':
      return candidate === value
    case 'BeginsWith':
      return candidate.startsWith(value)
    case 'Contains':
      return candidate.includes(value)
    default:
      throw new AwsError('InvalidFilterOption', `The filter option ${option} is not valid.`)
  }
}

/** Whether a name lies under a path: right under it, or anywhere with `Recursive`. */
export function isUnder(name: string, path: string, option: string | undefined): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`
  const full = name.startsWith('/') ? name : `/${name}`
  if (!full.startsWith(prefix)) return false
  return option === 'Recursive' || !full.slice(prefix.length).includes('/')
}
