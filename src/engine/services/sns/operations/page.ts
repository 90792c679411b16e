import { invalidParameter } from '../errors.ts'

const PAGE = 100

/** One page of a hundred; the token is where the next one begins. */
export function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
): { items: T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('NextToken')
  const end = start + PAGE
  const items = all.slice(start, end)
  return end < all.length
    ? { items, NextToken: Buffer.from(String(end)).toString('base64url') }
    : { items }
}
