import { invalidParameter } from './errors.ts'

/** One page of a list; the token is the position after it. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  limit: number,
): { items: T[]; nextToken: string | undefined } {
  const start = token === undefined ? 0 : Number(token)
  if (!Number.isInteger(start) || start < 0) {
    throw invalidParameter('The specified nextToken is invalid.')
  }
  const end = start + limit
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? String(end) : undefined,
  }
}
