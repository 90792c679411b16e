import type { IpPermission, SecurityGroupRule, SecurityGroupRuleRequest } from '@aws-sdk/client-ec2'
import { formatCidr, parseCidr } from '../../../aws/cidr.ts'
import { AwsError } from '../../aws-error.ts'
import type { Ec2State } from './ec2-state.ts'
import { invalidParameter, missingParameter } from './errors.ts'
import { hasPrefixList } from './prefix-lists.ts'
import type { RulePeer, RuleRecord, SecurityGroupRecord } from './records.ts'

/** A rule that has no id yet. */
export type RuleWish = Omit<RuleRecord, 'id'>

const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  all: '-1',
}

/** The rules that permissions stand for: one a peer, as AWS keeps them. */
export function rulesOf(
  state: Ec2State,
  group: SecurityGroupRecord,
  { permissions, isEgress }: { permissions: readonly IpPermission[]; isEgress: boolean },
): RuleWish[] {
  return permissions.flatMap((permission) => {
    const ports = portsOf(permission)
    const wish = (peer: RulePeer, description: string | undefined): RuleWish => ({
      isEgress,
      ...ports,
      peer,
      description,
    })
    return [
      ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) =>
        wish({ cidrIpv4: ipv4(CidrIp) }, Description),
      ),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) =>
        wish({ cidrIpv6: ipv6(CidrIpv6) }, Description),
      ),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) =>
        wish({ prefixListId: prefixList(group.region, PrefixListId) }, Description),
      ),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, GroupName, Description }) =>
        wish({ groupId: peerGroup(state, group, { GroupId, GroupName }) }, Description),
      ),
    ]
  })
}

/** The rule that ModifySecurityGroupRules puts in another's place. */
export function ruleOf(
  state: Ec2State,
  group: SecurityGroupRecord,
  { request, isEgress }: { request: SecurityGroupRuleRequest; isEgress: boolean },
): RuleWish {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request
  return { isEgress, ...portsOf(request), peer: peer(), description: Description }

  function peer(): RulePeer {
    if (CidrIpv4 !== undefined) return { cidrIpv4: ipv4(CidrIpv4) }
    if (CidrIpv6 !== undefined) return { cidrIpv6: ipv6(CidrIpv6) }
    if (PrefixListId !== undefined) return { prefixListId: prefixList(group.region, PrefixListId) }
    if (ReferencedGroupId === undefined) throw missingParameter('CidrIpv4')
    return { groupId: peerGroup(state, group, { GroupId: ReferencedGroupId }) }
  }
}

/** Whether two rules allow the same: descriptions and ids do not count. */
export function sameRule(a: RuleWish, b: RuleWish): boolean {
  return (
    a.isEgress === b.isEgress &&
    a.protocol === b.protocol &&
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    peerText(a.peer) === peerText(b.peer)
  )
}

/** The rule as EC2's messages put it. */
export function ruleText({ protocol, fromPort, toPort, peer }: RuleWish): string {
  const name = protocol === '-1' ? 'ALL' : protocol.toUpperCase()
  const ports = protocol === '-1' ? '' : `, from port: ${fromPort}, to port: ${toPort}`
  return `peer: ${peerText(peer)}, ${name}${ports}, ALLOW`
}

function peerText(peer: RulePeer): string {
  if ('cidrIpv4' in peer) return peer.cidrIpv4
  if ('cidrIpv6' in peer) return peer.cidrIpv6
  return 'groupId' in peer ? peer.groupId : peer.prefixListId
}

type Ports = Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'>

function portsOf({ IpProtocol, FromPort, ToPort }: Ports) {
  const named = IpProtocol?.toLowerCase()
  if (named === undefined) throw missingParameter('ipProtocol')
  const protocol = PROTOCOLS[named] ?? named
  if (!/^(-1|tcp|udp|icmp|icmpv6|\d{1,3})$/.test(protocol) || Number(protocol) > 255) {
    throw invalidParameter(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`)
  }
  if (protocol !== 'tcp' && protocol !== 'udp') {
    const icmp = protocol.startsWith('icmp')
    return {
      protocol,
      fromPort: icmp ? (FromPort ?? -1) : -1,
      toPort: icmp ? (ToPort ?? -1) : -1,
    }
  }
  if (FromPort === undefined || ToPort === undefined) {
    throw invalidParameter(
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    )
  }
  const valid = [FromPort, ToPort].every((port) => port >= 0 && port <= 65_535)
  if (!valid || FromPort > ToPort) {
    throw invalidParameter(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`)
  }
  return { protocol, fromPort: FromPort, toPort: ToPort }
}

function ipv4(text = ''): string {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw invalidCidrRule(text)
  return formatCidr(cidr)
}

function ipv6(text = ''): string {
  const [address = '', length = ''] = text.split('/')
  const parsed = URL.canParse(`http://[${address}]/`) ? new URL(`http://[${address}]/`) : undefined
  if (parsed === undefined || !/^\d{1,3}$/.test(length) || Number(length) > 128) {
    throw invalidCidrRule(text)
  }
  return `${parsed.hostname.slice(1, -1)}/${length}`
}

function invalidCidrRule(text: string): AwsError {
  return text === ''
    ? missingParameter('cidrIp')
    : invalidParameter(`CIDR block ${text} is malformed`)
}

function prefixList(region: string, id = ''): string {
  if (hasPrefixList(region, id)) return id
  throw new AwsError('InvalidPrefixListId.NotFound', `The prefix list ID '${id}' does not exist`)
}

function peerGroup(
  state: Ec2State,
  group: SecurityGroupRecord,
  { GroupId, GroupName }: { GroupId?: string | undefined; GroupName?: string | undefined },
): string {
  if (GroupId === undefined) {
    const named = state.securityGroups
      .by(group.region, 'vpc-id', group.vpcId)
      .find(({ name }) => name === GroupName)
    return state.securityGroups.get(group.region, named?.id ?? GroupName).id
  }
  const peer = state.securityGroups.get(group.region, GroupId)
  if (peer.vpcId !== group.vpcId) {
    throw new AwsError(
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    )
  }
  return peer.id
}

/** Rules as DescribeSecurityGroups shows them: one permission for each protocol and port range. */
export function permissionsOf(
  rules: readonly RuleRecord[],
  { isEgress, ownerId }: { isEgress: boolean; ownerId: string },
): IpPermission[] {
  const grouped = new Map<string, Required<Pick<IpPermission, PeerMember>> & Ports>()
  for (const rule of rules) {
    if (rule.isEgress !== isEgress) continue
    const { protocol, fromPort, toPort, peer, description: Description } = rule
    const key = `${protocol}/${fromPort}/${toPort}`
    const permission = grouped.get(key) ?? {
      IpProtocol: protocol,
      ...(protocol === '-1' ? {} : { FromPort: fromPort, ToPort: toPort }),
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    }
    if ('cidrIpv4' in peer) permission.IpRanges?.push({ CidrIp: peer.cidrIpv4, Description })
    else if ('cidrIpv6' in peer)
      permission.Ipv6Ranges?.push({ CidrIpv6: peer.cidrIpv6, Description })
    else if ('groupId' in peer) {
      permission.UserIdGroupPairs?.push({ GroupId: peer.groupId, UserId: ownerId, Description })
    } else permission.PrefixListIds?.push({ PrefixListId: peer.prefixListId, Description })
    grouped.set(key, permission)
  }
  return [...grouped.values()]
}

type PeerMember = 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'

/** One rule as DescribeSecurityGroupRules shows it. */
export function describeRule(
  state: Ec2State,
  group: SecurityGroupRecord,
  rule: RuleRecord,
): SecurityGroupRule {
  const { peer } = rule
  const address = peerMember()
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: state.arn(group.region, `security-group-rule/${rule.id}`),
    GroupId: group.id,
    GroupOwnerId: state.ownerId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...address,
    Description: rule.description,
    Tags: state.tagList(group.region, rule.id),
  }

  function peerMember(): SecurityGroupRule {
    if ('cidrIpv4' in peer) return { CidrIpv4: peer.cidrIpv4 }
    if ('cidrIpv6' in peer) return { CidrIpv6: peer.cidrIpv6 }
    if ('prefixListId' in peer) return { PrefixListId: peer.prefixListId }
    const ReferencedGroupInfo = { GroupId: peer.groupId, UserId: state.ownerId, VpcId: group.vpcId }
    return { ReferencedGroupInfo }
  }
}
