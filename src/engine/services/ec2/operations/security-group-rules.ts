import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  IpPermission,
  ModifySecurityGroupRulesCommandInput,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupIngressCommandInput,
  SecurityGroupRuleDescription,
  UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
  UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { matches, paginate } from '../describe.ts'
import { tagsFor, type Ec2State } from '../ec2-state.ts'
import { missingParameter, notFound } from '../errors.ts'
import type { RuleRecord, SecurityGroupRecord } from '../records.ts'
import { describeRule, ruleOf, rulesOf, ruleText, sameRule } from '../security-group-rules.ts'
import { groupOf } from './security-groups.ts'

const MAX_RULES = 60

export function securityGroupRuleOperations(state: Ec2State): OperationTable {
  return {
    AuthorizeSecurityGroupIngress: (input: AuthorizeSecurityGroupIngressCommandInput, call: Call) =>
      authorize(state, { input, call, isEgress: false }),

    AuthorizeSecurityGroupEgress: (input: AuthorizeSecurityGroupEgressCommandInput, call: Call) =>
      authorize(state, { input, call, isEgress: true }),

    RevokeSecurityGroupIngress: (input: RevokeSecurityGroupIngressCommandInput, call: Call) =>
      revoke(state, { input, call, isEgress: false }),

    RevokeSecurityGroupEgress: (input: RevokeSecurityGroupEgressCommandInput, call: Call) =>
      revoke(state, { input, call, isEgress: true }),

    DescribeSecurityGroupRules: (
      input: DescribeSecurityGroupRulesCommandInput,
      call: Call,
    ): Output<DescribeSecurityGroupRulesCommandOutput> => {
      const found = findRules(state, call.region, input)
      const page = paginate(found, { maxResults: input.MaxResults, nextToken: input.NextToken })
      const described = page.items.map(({ group, rule }) => describeRule(state, group, rule))
      return { SecurityGroupRules: described, NextToken: page.nextToken }
    },

    ModifySecurityGroupRules: (input: ModifySecurityGroupRulesCommandInput, call: Call) => {
      modify(state, state.securityGroups.get(call.region, input.GroupId), input)
      return { Return: true }
    },

    UpdateSecurityGroupRuleDescriptionsIngress: (
      input: UpdateSecurityGroupRuleDescriptionsIngressCommandInput,
      call: Call,
    ) => updateDescriptions(state, { input, call, isEgress: false }),

    UpdateSecurityGroupRuleDescriptionsEgress: (
      input: UpdateSecurityGroupRuleDescriptionsEgressCommandInput,
      call: Call,
    ) => updateDescriptions(state, { input, call, isEgress: true }),
  }
}

interface Request<T> {
  readonly input: T
  readonly call: Call
  readonly isEgress: boolean
}

type Authorize = AuthorizeSecurityGroupIngressCommandInput &
  Omit<AuthorizeSecurityGroupEgressCommandInput, 'GroupId'>

/** The rules of a request: as permissions, or as one rule in the older, flat members. */
function wishedRules(state: Ec2State, group: SecurityGroupRecord, request: Request<Authorize>) {
  const { input, isEgress } = request
  const peer: IpPermission = {
    ...(input.CidrIp === undefined ? {} : { IpRanges: [{ CidrIp: input.CidrIp }] }),
    ...(input.SourceSecurityGroupName === undefined
      ? {}
      : { UserIdGroupPairs: [{ GroupName: input.SourceSecurityGroupName }] }),
  }
  const flat = { IpProtocol: input.IpProtocol, FromPort: input.FromPort, ToPort: input.ToPort }
  const permissions =
    input.IpPermissions ?? (input.IpProtocol === undefined ? [] : [{ ...flat, ...peer }])
  const rules = rulesOf(state, group, { permissions, isEgress })
  if (rules.length === 0) throw missingParameter('ipPermissions')
  return rules
}

function authorize(
  state: Ec2State,
  request: Request<Authorize>,
): Output<AuthorizeSecurityGroupIngressCommandOutput> {
  const { input, call, isEgress } = request
  const group = groupOf(state, call.region, input)
  const added: RuleRecord[] = []
  for (const rule of wishedRules(state, group, request)) {
    if ([...group.rules, ...added].some((known) => sameRule(known, rule))) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(rule)}" already exists`,
      )
    }
    added.push({ id: state.newId('sgr'), ...rule })
  }
  const rules = [...group.rules, ...added]
  if (rules.filter((rule) => rule.isEgress === isEgress).length > MAX_RULES) {
    throw new AwsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
  }
  state.securityGroups.put({ ...group, rules })
  const tags = tagsFor('security-group-rule', input.TagSpecifications)
  for (const { id } of added) state.setTags(call.region, id, tags)
  return {
    Return: true,
    SecurityGroupRules: added.map((rule) => describeRule(state, group, rule)),
  }
}

function revoke(
  state: Ec2State,
  request: Request<Authorize & { SecurityGroupRuleIds?: string[] | undefined }>,
) {
  const { input, call, isEgress } = request
  const group = groupOf(state, call.region, input)
  const direction = group.rules.filter((rule) => rule.isEgress === isEgress)
  const revoked =
    input.SecurityGroupRuleIds === undefined
      ? wishedRules(state, group, request).map((wish) =>
          direction.find((rule) => sameRule(rule, wish)),
        )
      : input.SecurityGroupRuleIds.map((id) => {
          const rule = direction.find((candidate) => candidate.id === id)
          if (rule === undefined) throw notFound('sgr', id)
          return rule
        })
  if (revoked.includes(undefined)) {
    throw new AwsError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    )
  }
  const rules = group.rules.filter((rule) => !revoked.includes(rule))
  state.securityGroups.put({ ...group, rules })
  for (const rule of revoked) if (rule !== undefined) state.setTags(call.region, rule.id, {})
  return { Return: true }
}

function modify(
  state: Ec2State,
  group: SecurityGroupRecord,
  input: ModifySecurityGroupRulesCommandInput,
): void {
  let rules = group.rules
  for (const { SecurityGroupRuleId, SecurityGroupRule } of input.SecurityGroupRules ?? []) {
    const id = SecurityGroupRuleId ?? ''
    const known = rules.find((rule) => rule.id === id)
    if (known === undefined) throw notFound('sgr', id)
    const wish = ruleOf(state, group, {
      request: SecurityGroupRule ?? {},
      isEgress: known.isEgress,
    })
    if (rules.some((rule) => rule.id !== id && sameRule(rule, wish))) {
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(wish)}" already exists`,
      )
    }
    rules = rules.map((rule) => (rule.id === id ? { id, ...wish } : rule))
  }
  state.securityGroups.put({ ...group, rules })
}

function updateDescriptions(
  state: Ec2State,
  request: Request<
    UpdateSecurityGroupRuleDescriptionsIngressCommandInput & {
      SecurityGroupRuleDescriptions?: SecurityGroupRuleDescription[] | undefined
    }
  >,
) {
  const { input, call, isEgress } = request
  const group = groupOf(state, call.region, input)
  const wishes = rulesOf(state, group, { permissions: input.IpPermissions ?? [], isEgress })
  const byId = new Map(
    input.SecurityGroupRuleDescriptions?.map((item) => [
      item.SecurityGroupRuleId,
      item.Description,
    ]),
  )
  const rules = group.rules.map((rule) => {
    if (rule.isEgress !== isEgress) return rule
    if (byId.has(rule.id)) return { ...rule, description: byId.get(rule.id) }
    const wish = wishes.find((candidate) => sameRule(candidate, rule))
    return wish === undefined ? rule : { ...rule, description: wish.description }
  })
  state.securityGroups.put({ ...group, rules })
  return { Return: true }
}

interface FoundRule {
  readonly group: SecurityGroupRecord
  readonly rule: RuleRecord
}

/** Rules by id or by filters: `group-id`, `security-group-rule-id` and tags. */
function findRules(
  state: Ec2State,
  region: string,
  input: DescribeSecurityGroupRulesCommandInput,
): FoundRule[] {
  const filters = input.Filters ?? []
  const ids = input.SecurityGroupRuleIds
  if (ids !== undefined && ids.length > 0) {
    return ids.map((id) => {
      const [group] = state.securityGroups.by(region, 'rule-id', id)
      const rule = group?.rules.find((candidate) => candidate.id === id)
      if (group === undefined || rule === undefined) throw notFound('sgr', id)
      return { group, rule }
    })
  }
  const byGroup = filters.find(({ Name }) => Name === 'group-id')?.Values
  const groups =
    byGroup === undefined
      ? state.securityGroups.list(region)
      : byGroup.flatMap((id) => state.securityGroups.find(region, id) ?? [])
  return groups.flatMap((group) =>
    group.rules
      .filter((rule) => {
        const fields = { 'group-id': () => group.id, 'security-group-rule-id': () => rule.id }
        const record = { id: rule.id, region }
        return filters.every((filter) => matches(filter, { record, fields, facts: state }))
      })
      .map((rule) => ({ group, rule })),
  )
}
