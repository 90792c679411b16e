import { formatCidr, parseCidr, splitCidr } from '../../aws/cidr.ts'
import type { ExistingVpc } from '../existing.ts'
import type { Network } from '../network.ts'
import type { NetworkModel } from '../system-model.ts'

export const DEFAULT_CIDR = '10.0.0.0/16'
const DEFAULT_ZONES = 2
/** Subnets are so much smaller than their VPC: sixteen fit. */
const SUBNET_BITS = 4
const SMALLEST_SUBNET = 28

export function normalizeNetwork(network: Network | ExistingVpc | undefined): NetworkModel {
  if (network?.kind === 'existing-vpc') {
    const { id, publicSubnets, privateSubnets } = network.options
    return {
      kind: 'existing',
      vpcId: id,
      publicSubnets: publicSubnets ?? [],
      privateSubnets: privateSubnets ?? [],
    }
  }
  const options = network?.options ?? {}
  const cidr = options.cidr ?? DEFAULT_CIDR
  const zones = options.publicSubnets?.length ?? options.privateSubnets?.length ?? DEFAULT_ZONES
  const cut = cutSubnets(cidr, zones * 2)
  return {
    kind: 'new',
    cidr,
    publicSubnets: options.publicSubnets ?? cut.slice(0, zones),
    privateSubnets: options.privateSubnets ?? cut.slice(zones),
    nat: options.nat ?? 'one',
  }
}

function cutSubnets(cidr: string, count: number): string[] {
  const range = parseCidr(cidr)
  if (range === undefined) return []
  const prefix = Math.min(range.prefix + SUBNET_BITS, SMALLEST_SUBNET)
  return splitCidr(range, prefix, count).map(formatCidr)
}
