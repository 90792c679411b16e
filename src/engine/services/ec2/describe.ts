import type { Filter } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws-error.ts'
import { invalidParameter } from './errors.ts'
import type { Ec2Record } from './records.ts'
import { valuesOf, type Field, type Table } from './table.ts'

/** The members that EC2's Describe operations share. */
export interface DescribeRequest {
  readonly ids?: readonly string[] | undefined
  readonly filters?: readonly Filter[] | undefined
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly nextToken: string | undefined
}

const GENERIC_FILTERS = new Set(['tag-key', 'tag-value', 'owner-id'])

/** What filters ask beyond a record's own fields. */
export interface FilterFacts {
  readonly ownerId: string
  tagsOf(region: string, id: string): Readonly<Record<string, string>>
}

/**
 * The records of a table that a Describe operation asks for: by id (an unknown one is an error), by
 * filters (all must match, each by any of its values), one page at a time.
 */
export function describeTable<T extends Ec2Record>(
  table: Table<T>,
  request: DescribeRequest & { region: string; facts: FilterFacts },
): Page<T> {
  const { region, ids, facts } = request
  const filters = request.filters ?? []
  for (const { Name } of filters) checkFilter(Name ?? '', table.fields)
  const candidates =
    ids !== undefined && ids.length > 0
      ? ids.map((id) => table.get(region, id))
      : narrowed(table, region, filters)
  const matching = candidates.filter((record) =>
    filters.every((filter) => matches(filter, { record, fields: table.fields, facts })),
  )
  return paginate(matching, request)
}

/** Starts from the index that leaves the fewest, where filters without wildcards have one. */
function narrowed<T extends Ec2Record>(
  table: Table<T>,
  region: string,
  filters: readonly Filter[],
): T[] {
  const indexed = filters
    .filter(({ Name = '', Values = [] }) => table.isIndexed(Name) && !Values.some(isPattern))
    .map(({ Name: name = '', Values: values = [] }) => ({
      name,
      values,
      count: values.reduce((sum, value) => sum + table.countBy(region, name, value), 0),
    }))
    .sort((a, b) => a.count - b.count)
  const [best] = indexed
  if (best === undefined) return table.list(region)
  return [...new Set(best.values.flatMap((value) => table.by(region, best.name, value)))]
}

function isPattern(value: string): boolean {
  return /[*?\\]/.test(value)
}

/** Whether one filter accepts a record, as EC2's generic filters do. */
export function matches<T extends Ec2Record>(
  filter: Filter,
  {
    record,
    fields,
    facts,
  }: { record: T; fields: Readonly<Record<string, Field<T>>>; facts: FilterFacts },
): boolean {
  const name = filter.Name ?? ''
  const patterns = (filter.Values ?? []).map(patternOf)
  return fieldValues().some((value) => patterns.some((pattern) => pattern(value)))

  function fieldValues(): string[] {
    if (name.startsWith('tag:')) {
      const value = facts.tagsOf(record.region, record.id)[name.slice(4)]
      return value === undefined ? [] : [value]
    }
    if (name === 'tag-key') return Object.keys(facts.tagsOf(record.region, record.id))
    if (name === 'tag-value') return Object.values(facts.tagsOf(record.region, record.id))
    if (name === 'owner-id') return [facts.ownerId]
    return valuesOf(fields[name]?.(record))
  }
}

function checkFilter(name: string, fields: Readonly<Record<string, unknown>>): void {
  const generic = name.startsWith('tag:') || GENERIC_FILTERS.has(name)
  if (!generic && fields[name] === undefined) {
    throw invalidParameter(`The filter '${name}' is invalid`)
  }
}

/** A filter's value: `*` stands for any text, `?` for one character, a backslash escapes. */
function patternOf(value: string): (text: string) => boolean {
  if (!isPattern(value)) return (text) => text === value
  const source = value.replace(/\\(.)|[*?]|[^*?\\]+/gs, (text, escaped?: string) => {
    if (text === '*') return '.*'
    return text === '?' ? '.' : escape(escaped ?? text)
  })
  const pattern = new RegExp(`^${source}$`, 's')
  return (text) => pattern.test(text)
}

function escape(text: string): string {
  return text.replace(/[.+^${}()|[\]\\*?/-]/g, String.raw`\$&`)
}

/** One page of a list; tokens are opaque to clients and count from the list's start. */
export function paginate<T>(
  items: readonly T[],
  { maxResults, nextToken }: Pick<DescribeRequest, 'maxResults' | 'nextToken'>,
): Page<T> {
  const start = nextToken === undefined ? 0 : positionOf(nextToken)
  const end = maxResults === undefined ? items.length : start + maxResults
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? Buffer.from(`ec2:${end}`).toString('base64') : undefined,
  }
}

function positionOf(token: string): number {
  const [, position] = /^ec2:(\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (position === undefined) throw new AwsError('InvalidNextToken', 'The token is invalid.')
  return Number(position)
}
