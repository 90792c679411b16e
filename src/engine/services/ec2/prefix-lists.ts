import { createHash } from 'node:crypto'

export interface PrefixList {
  readonly id: string
  readonly name: string
  readonly cidrs: readonly string[]
}

/**
 * The AWS-managed prefix lists of a region, for gateway endpoints. Their addresses are of a block
 * for documentation (RFC 5737): nothing here is routed to AWS.
 */
export function prefixListsOf(region: string): PrefixList[] {
  return ['s3', 'dynamodb'].map((service, i) => {
    const name = `com.amazonaws.${region}.${service}`
    const id = `pl-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
    return { id, name, cidrs: [`192.0.2.${i * 128}/25`] }
  })
}

export function hasPrefixList(region: string, id: string): boolean {
  return prefixListsOf(region).some((list) => list.id === id)
}
