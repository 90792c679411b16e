import { cidrContains, prefixLength } from './cidr.ts'
import { admits, intersect, merge, type Opening, type Protocol } from './opening.ts'
import {
  addressKey,
  type InterfaceFacts,
  type RouteFacts,
  type RuleFacts,
  type VpcFacts,
} from './vpc-facts.ts'

/*
 * Who may connect to whom, by AWS's rules ("Control traffic to your AWS resources using security
 * groups", "Configure route tables"). Groups are stateful: a connection that its source may open
 * and its target may receive carries answers too.
 */

export type Decision = { readonly allowed: true } | { readonly allowed: false; reason: string }

export interface Destination {
  readonly vpcId: string
  readonly ip: string
  readonly port: number
  readonly protocol?: Protocol
}

const ALLOWED: Decision = { allowed: true }

/** Whether `fromIp` may connect to an address of the same VPC. */
export function judge(facts: VpcFacts, fromIp: string, to: Destination): Decision {
  const protocol = to.protocol ?? 'tcp'
  const source = facts.interfaces.get(addressKey(to.vpcId, fromIp))
  if (source === undefined) return refused(`no network interface of ${to.vpcId} has ${fromIp}`)
  const target = facts.interfaces.get(addressKey(to.vpcId, to.ip))
  if (target === undefined) return refused(`no network interface of ${to.vpcId} has ${to.ip}`)
  const what = `${protocol}/${to.port}`
  if (!admits(egress(facts, source, target), protocol, to.port)) {
    return refused(
      `no egress rule of ${names(source)} allows ${what} to ${to.ip} (${names(target)})`,
    )
  }
  if (!admits(ingress(facts, target, source), protocol, to.port)) {
    return refused(
      `no ingress rule of ${names(target)} allows ${what} from ${fromIp} (${names(source)})`,
    )
  }
  return ALLOWED
}

/** Everything that `fromIp` may send to another address of its VPC. */
export function openings(facts: VpcFacts, vpcId: string, fromIp: string, toIp: string): Opening[] {
  const source = facts.interfaces.get(addressKey(vpcId, fromIp))
  const target = facts.interfaces.get(addressKey(vpcId, toIp))
  if (source === undefined || target === undefined) return []
  return intersect(egress(facts, source, target), ingress(facts, target, source))
}

/**
 * Whether `from` may connect out of its VPC. `ip` is the real address, where one is known: rules
 * that name blocks of the internet are judged by it.
 */
export function judgeOutside(
  facts: VpcFacts,
  from: { vpcId: string; ip: string },
  to: { port: number; ip?: string },
): Decision {
  const source = facts.interfaces.get(addressKey(from.vpcId, from.ip))
  if (source === undefined) return refused(`no network interface of ${from.vpcId} has ${from.ip}`)
  const route = routeTo(facts, source, to.ip ?? ANYWHERE)
  const routed = judgeRoute(facts, source, route)
  if (!routed.allowed) return routed
  const rules = groupRules(facts, source, 'egress')
  const open = rules.filter((rule) =>
    rule.cidrs.some((cidr) => (to.ip === undefined ? cidr !== '' : cidrContains(cidr, to.ip))),
  )
  if (
    admits(
      open.flatMap((rule) => rule.openings),
      'tcp',
      to.port,
    )
  )
    return ALLOWED
  return refused(
    `no egress rule of ${names(source)} allows tcp/${to.port} to ${to.ip ?? 'the internet'}`,
  )
}

/** What `from` may send to some address outside: nothing without a route. */
export function outsideOpenings(facts: VpcFacts, from: { vpcId: string; ip: string }): Opening[] {
  const source = facts.interfaces.get(addressKey(from.vpcId, from.ip))
  if (source === undefined) return []
  if (!judgeRoute(facts, source, routeTo(facts, source, ANYWHERE)).allowed) return []
  const rules = groupRules(facts, source, 'egress').filter((rule) => rule.cidrs.length > 0)
  return merge(rules.flatMap((rule) => rule.openings))
}

/** An address of the internet that only a default route covers. */
const ANYWHERE = '203.0.113.1'

function routeTo(facts: VpcFacts, source: InterfaceFacts, ip: string): RouteFacts | undefined {
  return facts.routes
    .get(source.subnetId)
    ?.routes.filter((route) => cidrContains(route.cidr, ip))
    .toSorted((a, b) => prefixLength(b.cidr) - prefixLength(a.cidr))[0]
}

function judgeRoute(
  facts: VpcFacts,
  source: InterfaceFacts,
  route: RouteFacts | undefined,
): Decision {
  const table = facts.routes.get(source.subnetId)?.routeTableId ?? 'no route table'
  if (route === undefined) {
    return refused(`${source.subnetId} (${table}) has no route to the internet`)
  }
  if (route.kind === 'nat') return ALLOWED
  if (route.kind !== 'internet') {
    return refused(`${source.subnetId} (${table}) routes ${route.cidr} to ${route.target}`)
  }
  if (source.publicIp !== undefined) return ALLOWED
  return refused(
    `${source.subnetId} (${table}) routes ${route.cidr} to ${route.target}, ` +
      `which needs a public address, and ${source.interfaceId} has none`,
  )
}

function egress(facts: VpcFacts, source: InterfaceFacts, target: InterfaceFacts): Opening[] {
  return towards(groupRules(facts, source, 'egress'), target)
}

function ingress(facts: VpcFacts, target: InterfaceFacts, source: InterfaceFacts): Opening[] {
  return towards(groupRules(facts, target, 'ingress'), source)
}

function towards(rules: readonly RuleFacts[], peer: InterfaceFacts): Opening[] {
  const matching = rules.filter(
    (rule) =>
      rule.cidrs.some((cidr) => cidrContains(cidr, peer.privateIp)) ||
      rule.groupIds.some((id) => peer.groupIds.includes(id)),
  )
  return merge(matching.flatMap((rule) => rule.openings))
}

function groupRules(
  facts: VpcFacts,
  { groupIds }: InterfaceFacts,
  direction: 'ingress' | 'egress',
): RuleFacts[] {
  return groupIds.flatMap((id) => facts.groups.get(id)?.[direction] ?? [])
}

function names({ groupIds }: InterfaceFacts): string {
  return groupIds.length === 0 ? 'no security group' : groupIds.join(', ')
}

function refused(reason: string): Decision {
  return { allowed: false, reason }
}
