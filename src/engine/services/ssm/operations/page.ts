import { AwsError } from '../../../aws-error.ts'

/** One page of a list; the token is where the next one begins. */
export function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { items: T[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('InvalidNextToken', 'The specified token is not valid.')
  const end = start + size
  const items = all.slice(start, end)
  return end < all.length
    ? { items, NextToken: Buffer.from(String(end)).toString('base64url') }
    : { items }
}
