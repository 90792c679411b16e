import { invalidValue } from './errors.ts'

export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxRecords?: number | undefined
}

/** One page of a list; markers are opaque to clients and count from the list's start. */
export function page<T>(
  all: readonly T[],
  { Marker, MaxRecords = 100 }: PageRequest,
): { items: T[]; Marker: string | undefined } {
  const start = Marker === undefined || Marker === '' ? 0 : positionOf(Marker)
  const end = start + MaxRecords
  return {
    items: all.slice(start, end),
    Marker: end < all.length ? Buffer.from(`rds:${end}`).toString('base64') : undefined,
  }
}

function positionOf(marker: string): number {
  const [, position] = /^rds:(\d+)$/.exec(Buffer.from(marker, 'base64').toString()) ?? []
  if (position === undefined) throw invalidValue('Invalid or expired pagination token')
  return Number(position)
}
