import { invalidParameter } from './errors.ts'

/** One page of a list; the token is the position after it. `limit`: the most that a page holds. */
export function page<T>(
  items: readonly T[],
  { nextToken, maxResults }: { nextToken?: string | undefined; maxResults?: number | undefined },
  limit = 100,
): { items: T[]; nextToken: string | undefined } {
  const start = Number(nextToken ?? 0)
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid token')
  const size = maxResults ?? limit
  if (size < 1 || size > 100) {
    throw invalidParameter('Max results must be between 1 and 100.')
  }
  const end = start + size
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? String(end) : undefined,
  }
}
