import { validationError } from './errors.ts'

const MAX_PAGE = 400

/** One page of `items`. The marker is opaque to clients: the position at which to go on. */
export function page<T>(
  items: readonly T[],
  { Marker, PageSize = MAX_PAGE }: { Marker?: string | undefined; PageSize?: number | undefined },
): { items: T[]; NextMarker: string | undefined } {
  if (PageSize < 1 || PageSize > MAX_PAGE) {
    throw validationError(`The page size must be between 1 and ${MAX_PAGE}`)
  }
  const start = Marker === undefined ? 0 : decode(Marker)
  const end = start + PageSize
  return {
    items: items.slice(start, end),
    NextMarker: end < items.length ? encode(end) : undefined,
  }
}

function encode(position: number): string {
  return Buffer.from(`at=${position}`).toString('base64url')
}

function decode(marker: string): number {
  const match = /^at=(\d+)$/.exec(Buffer.from(marker, 'base64url').toString())
  if (match === null) throw validationError('The specified marker is not valid')
  return Number(match[1])
}
