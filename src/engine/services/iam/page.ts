import { validation } from './errors.ts'

export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly rest: { IsTruncated: boolean; Marker?: string }
}

/** One page of a list, and the members that tell of the next. */
export function page<T>(all: readonly T[], { Marker, MaxItems = 100 }: PageRequest): Page<T> {
  const start = Marker === undefined ? 0 : positionOf(Marker)
  const end = start + MaxItems
  const items = all.slice(start, end)
  if (end >= all.length) return { items, rest: { IsTruncated: false } }
  const next = Buffer.from(`iam:${end}`).toString('base64')
  return { items, rest: { IsTruncated: true, Marker: next } }
}

function positionOf(marker: string): number {
  const [, position] = /^iam:(\d+)$/.exec(Buffer.from(marker, 'base64').toString()) ?? []
  if (position === undefined) throw validation(`Invalid Marker: ${marker}`)
  return Number(position)
}
