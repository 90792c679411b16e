import type { Random } from '../../random.ts'
import { validationError } from './errors.ts'

const MAX_NAME = 32

/** Throws unless `name` is one that AWS takes for a load balancer or a target group. */
export function checkName(what: 'Load balancer' | 'Target group', name: string): void {
  if (name === '') throw validationError(`${what} name cannot be empty`)
  if (name.length > MAX_NAME) {
    throw validationError(`${what} name '${name}' cannot be longer than '${MAX_NAME}' characters`)
  }
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw validationError(
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    )
  }
  if (name.startsWith('-') || name.endsWith('-')) {
    throw validationError(`${what} name '${name}' cannot begin or end with '-'`)
  }
  if (what === 'Load balancer' && name.startsWith('internal-')) {
    throw validationError(`Load balancer name '${name}' cannot begin with 'internal-'`)
  }
}

/** The 16 hexadecimal digits at the end of an ARN. */
export function arnSuffix(random: Random): string {
  return random.hex(8)
}

export function elbArn(region: string, accountId: string, resource: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:${resource}`
}

/**
 * A DNS name of AWS's form, under `localhost`, which resolvers answer with the loopback address.
 */
export function dnsName(
  balancer: { name: string; region: string; internal: boolean; network: boolean },
  random: Random,
): string {
  const { name, region, internal, network } = balancer
  if (network) return `${name}-${arnSuffix(random)}.elb.${region}.localhost`
  const digits = String(Math.floor(random.next() * 9e8) + 1e8)
  return `${internal ? 'internal-' : ''}${name}-${digits}.${region}.elb.localhost`
}
