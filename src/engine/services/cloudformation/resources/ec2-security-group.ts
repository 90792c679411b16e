import type { IpPermission } from '@aws-sdk/client-ec2'
import type { AwsCalls } from '../../calls.ts'
import { findTagged, tagSpecifications, updateTags } from './ec2-tags.ts'
import type { Properties, ResourceHandler, ResourceRequest } from './handler.ts'
import { list, optionalText, text } from './properties.ts'
import { required } from './required.ts'

type Direction = 'ingress' | 'egress'

/** What EC2 gives every new group: all traffic out. Egress rules of a template replace it. */
const DEFAULT_EGRESS: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

const securityGroup: ResourceHandler = {
  type: 'AWS::EC2::SecurityGroup',
  async create(request) {
    const { properties } = request
    const { GroupId } = await request.calls.ec2.createSecurityGroup({
      GroupName: optionalText(properties, 'GroupName') ?? request.generatedName({ maxLength: 255 }),
      Description: text(properties, 'GroupDescription'),
      VpcId: optionalText(properties, 'VpcId'),
      ...tagSpecifications('security-group', request),
    })
    const id = required(GroupId, 'GroupId')
    const { SecurityGroups = [] } = await request.calls.ec2.describeSecurityGroups({
      GroupIds: [id],
    })
    await applyRules(request.calls, id, { before: {}, after: properties })
    return {
      physicalId: id,
      attributes: { GroupId: id, Id: id, VpcId: SecurityGroups[0]?.VpcId ?? '' },
    }
  },
  async find(request) {
    const found = await findTagged(request, 'security-group')
    if (found !== undefined)
      await request.calls.ec2.deleteSecurityGroup({ GroupId: found.physicalId })
    return undefined
  },
  async update(request) {
    const { calls, physicalId, before, properties } = request
    await applyRules(calls, physicalId, { before, after: properties })
    await updateTags(request, physicalId)
  },
  async delete({ calls, physicalId }) {
    await calls.ec2.deleteSecurityGroup({ GroupId: physicalId })
  },
}

/** Takes away and adds what tells two sets of rules apart. A new group is one without rules. */
async function applyRules(
  calls: AwsCalls,
  groupId: string,
  rules: { before: Properties; after: Properties },
): Promise<void> {
  for (const direction of ['ingress', 'egress'] as const) {
    const before = effectiveRules(rules.before, direction)
    const after = effectiveRules(rules.after, direction)
    await revoke(calls, direction, groupId, without(before, after))
    await authorize(calls, direction, groupId, without(after, before))
  }
}

function effectiveRules(properties: Properties, direction: Direction): IpPermission[] {
  const name = direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress'
  const rules = list<Properties>(properties, name).map((rule) => permission(rule))
  return direction === 'egress' && rules.length === 0 ? [DEFAULT_EGRESS] : rules
}

function without(rules: readonly IpPermission[], others: readonly IpPermission[]): IpPermission[] {
  const known = new Set(others.map((rule) => JSON.stringify(rule)))
  return rules.filter((rule) => !known.has(JSON.stringify(rule)))
}

/** One rule of CloudFormation's, which has one peer, as a permission of EC2's. */
function permission(rule: Properties): IpPermission {
  const described = (peer: object): object => {
    const description = optionalText(rule, 'Description')
    return description === undefined ? peer : { ...peer, Description: description }
  }
  const groupId =
    optionalText(rule, 'SourceSecurityGroupId') ?? optionalText(rule, 'DestinationSecurityGroupId')
  const prefixList =
    optionalText(rule, 'SourcePrefixListId') ?? optionalText(rule, 'DestinationPrefixListId')
  const cidr = optionalText(rule, 'CidrIp')
  const cidr6 = optionalText(rule, 'CidrIpv6')
  return {
    IpProtocol: text(rule, 'IpProtocol'),
    ...ports(rule),
    ...(cidr === undefined ? {} : { IpRanges: [described({ CidrIp: cidr })] }),
    ...(cidr6 === undefined ? {} : { Ipv6Ranges: [described({ CidrIpv6: cidr6 })] }),
    ...(groupId === undefined ? {} : { UserIdGroupPairs: [described({ GroupId: groupId })] }),
    ...(prefixList === undefined
      ? {}
      : { PrefixListIds: [described({ PrefixListId: prefixList })] }),
  }
}

function ports(rule: Properties): { FromPort?: number; ToPort?: number } {
  const from = rule['FromPort']
  const to = rule['ToPort']
  return {
    ...(typeof from === 'number' ? { FromPort: from } : {}),
    ...(typeof to === 'number' ? { ToPort: to } : {}),
  }
}

async function authorize(
  calls: AwsCalls,
  direction: Direction,
  GroupId: string,
  IpPermissions: IpPermission[],
): Promise<string | undefined> {
  if (IpPermissions.length === 0) return undefined
  const { SecurityGroupRules = [] } =
    direction === 'ingress'
      ? await calls.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions })
      : await calls.ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions })
  return SecurityGroupRules[0]?.SecurityGroupRuleId
}

async function revoke(
  calls: AwsCalls,
  direction: Direction,
  GroupId: string,
  IpPermissions: IpPermission[],
): Promise<void> {
  if (IpPermissions.length === 0) return
  if (direction === 'ingress')
    await calls.ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions })
  else await calls.ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions })
}

function ruleHandler(type: string, direction: Direction): ResourceHandler {
  const authorizeRule = ({ calls, properties }: ResourceRequest): Promise<string | undefined> =>
    authorize(calls, direction, groupOf(properties), [permission(properties)])
  const revokeRule = (calls: AwsCalls, properties: Properties): Promise<void> =>
    revoke(calls, direction, groupOf(properties), [permission(properties)])
  return {
    type,
    async create(request) {
      const id = (await authorizeRule(request)) ?? request.generatedName({ maxLength: 255 })
      return { physicalId: id, attributes: { Id: id } }
    },
    async update(request) {
      await revokeRule(request.calls, request.before)
      await authorizeRule(request)
    },
    delete: ({ calls, properties }) => revokeRule(calls, properties),
  }
}

function groupOf(rule: Properties): string {
  return optionalText(rule, 'GroupId') ?? text(rule, 'GroupName')
}

export const securityGroupHandlers = [
  securityGroup,
  ruleHandler('AWS::EC2::SecurityGroupIngress', 'ingress'),
  ruleHandler('AWS::EC2::SecurityGroupEgress', 'egress'),
]
