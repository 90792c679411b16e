import { validationError } from '../errors.ts'

export interface Page<T> {
  readonly items: T[]
  readonly NextToken?: string
}

/** One page of a list; the token is the place where the next one begins. */
export function pageOf<T>(all: readonly T[], token: string | undefined, size: number): Page<T> {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0) throw validationError('Invalid NextToken')
  const end = start + size
  const items = all.slice(start, end)
  return end < all.length
    ? { items, NextToken: Buffer.from(String(end)).toString('base64url') }
    : { items }
}
