import { AwsError } from '../../aws-error.ts'

/** One page of a list; tokens are opaque to clients and count from the list's start. */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  limit: number,
): { items: T[]; nextToken: string | undefined } {
  const start = token === undefined ? 0 : positionOf(token)
  const end = start + limit
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? Buffer.from(`secret:${end}`).toString('base64') : undefined,
  }
}

function positionOf(token: string): number {
  const [, position] = /^secret:(\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (position === undefined) {
    throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  }
  return Number(position)
}
