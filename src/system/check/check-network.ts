import { containsRange, overlaps, parseCidr } from '../../aws/cidr.ts'
import type { ExistingVpc } from '../existing.ts'
import type { Network } from '../network.ts'
import { DEFAULT_CIDR, normalizeNetwork } from '../normalize/normalize-network.ts'
import type { Problem } from '../problem.ts'
import type { Inventory } from '../collect.ts'

/** AWS: "VPC CIDR blocks": /16 to /28; subnets need room in it. */
const LARGEST = 16
const SMALLEST = 24

/** Ranges that are none, lie outside the VPC, or overlap. */
export function checkNetwork({ options }: Network): Problem[] {
  const { cidr = DEFAULT_CIDR, publicSubnets, privateSubnets } = options
  const vpc = parseCidr(cidr)
  if (vpc === undefined || vpc.prefix < LARGEST || vpc.prefix > SMALLEST) {
    const next = `Give a range from /${LARGEST} to /${SMALLEST}, such as ${DEFAULT_CIDR}.`
    return [{ code: 'bad-range', place: 'network.cidr', message: `"${cidr}" is no VPC.`, next }]
  }
  const counts = [publicSubnets?.length ?? 2, privateSubnets?.length ?? publicSubnets?.length ?? 2]
  if (publicSubnets !== undefined && counts[0] !== counts[1]) {
    return [
      {
        code: 'uneven-zones',
        place: 'network.privateSubnets',
        message: `there are ${counts[0]} public and ${counts[1]} private subnets.`,
        next: 'Give one of each for every zone.',
      },
    ]
  }
  return checkSubnets({ kind: 'network', options }, cidr)
}

function checkSubnets(network: Network, cidr: string): Problem[] {
  const vpc = parseCidr(cidr)
  const model = normalizeNetwork(network)
  const subnets = (['publicSubnets', 'privateSubnets'] as const).flatMap((kind) =>
    model[kind].map((text, i) => ({ place: `network.${kind}[${i}]`, text })),
  )
  return subnets.flatMap(({ place, text }, i) => {
    const range = parseCidr(text)
    if (range === undefined || vpc === undefined || !containsRange(vpc, range)) {
      const message = `"${text}" is no range inside ${cidr}.`
      return [{ code: 'bad-range', place, message, next: `Give a part of ${cidr}.` }]
    }
    const clash = subnets.slice(0, i).find((other) => {
      const otherRange = parseCidr(other.text)
      return otherRange !== undefined && overlaps(range, otherRange)
    })
    if (clash === undefined) return []
    const message = `${text} overlaps ${clash.place} (${clash.text}).`
    return [{ code: 'overlap', place, message, next: 'Give ranges that have nothing in common.' }]
  })
}

/** Subnets that the system needs and an existing VPC was brought without. */
export function checkExistingVpc({ options }: ExistingVpc, inventory: Inventory): Problem[] {
  const { services, databases, loadBalancers } = inventory
  const exposures = services.flatMap((service) => service.options.expose ?? [])
  const isPublic = services.some((service) => service.options.placement === 'public')
  const ownBalancer = exposures.some(
    ({ options: { targetGroup, on } }) =>
      targetGroup === undefined && on?.options.internal !== true,
  )
  const isPrivate =
    databases.length > 0 ||
    services.some((service) => service.options.placement !== 'public') ||
    loadBalancers.some((balancer) => balancer.options.internal === true)
  const spread = databases.length > 0 || loadBalancers.some((b) => b.options.internal === true)
  return [
    ...needed('privateSubnets', options.privateSubnets, { is: isPrivate, least: spread ? 2 : 1 }),
    ...needed('publicSubnets', options.publicSubnets, {
      is: isPublic || ownBalancer,
      least: ownBalancer ? 2 : 1,
    }),
  ]
}

function needed(
  field: 'publicSubnets' | 'privateSubnets',
  subnets: readonly string[] = [],
  { is, least }: { is: boolean; least: number },
): Problem[] {
  if (!is || subnets.length >= least) return []
  return [
    {
      code: 'subnets-missing',
      place: `network.${field}`,
      message: `the VPC was brought with ${subnets.length} of them, and ${least} are needed.`,
      next: least > 1 ? 'Name one in each of two zones.' : 'Name at least one: subnet-….',
    },
  ]
}
