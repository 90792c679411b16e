import type {
  CreateRuleCommandInput,
  CreateRuleCommandOutput,
  DeleteRuleCommandInput,
  DescribeRulesCommandInput,
  DescribeRulesCommandOutput,
  ModifyRuleCommandInput,
  ModifyRuleCommandOutput,
  Rule,
  SetRulePrioritiesCommandInput,
  SetRulePrioritiesCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { type ActionPlace, checkActions } from '../check-actions.ts'
import { checkConditions, checkTransforms } from '../check-conditions.ts'
import { notFound, notInEngine, notPermitted, tooMany, validationError } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import { arnSuffix } from '../names.ts'
import { page } from '../page.ts'
import type { ListenerRecord, RuleRecord } from '../records.ts'
import { withTags } from '../tags.ts'

/** AWS: "Quotas for your Application Load Balancers": rules beside the default ones. */
const MAX_RULES = 100
const MAX_PRIORITY = 50_000

export function ruleOperations(balancing: LoadBalancing): OperationTable {
  const { state } = balancing
  return {
    CreateRule: async (
      input: CreateRuleCommandInput,
      call: Call,
    ): Promise<Output<CreateRuleCommandOutput>> => {
      const record = await create(balancing, input, call)
      return { Rules: [describe(record)] }
    },

    DescribeRules: (
      input: DescribeRulesCommandInput,
      call: Call,
    ): Output<DescribeRulesCommandOutput> => {
      const { RuleArns: arns = [], ListenerArn: listener } = input
      if ((arns.length === 0) === (listener === undefined)) {
        throw validationError('You must specify either listener rule ARNs or a listener ARN')
      }
      const wanted =
        listener === undefined
          ? arns.map((arn) => ruleOf(balancing, call.region, arn))
          : rulesOf(balancing, state.listener(call.region, listener))
      const { items, NextMarker } = page(wanted, input)
      return { Rules: items, NextMarker }
    },

    ModifyRule: async (
      input: ModifyRuleCommandInput,
      call: Call,
    ): Promise<Output<ModifyRuleCommandOutput>> => {
      return { Rules: [describe(await modify(balancing, input, call))] }
    },

    DeleteRule: async (input: DeleteRuleCommandInput, call: Call) => {
      refuseDefault(balancing, call.region, input.RuleArn, 'deleted')
      const record = state.rule(call.region, input.RuleArn)
      state.rules.delete(`${call.region}/${record.arn}`)
      await sync(balancing, state.listener(call.region, record.listenerArn))
      return {}
    },

    SetRulePriorities: async (
      input: SetRulePrioritiesCommandInput,
      call: Call,
    ): Promise<Output<SetRulePrioritiesCommandOutput>> => {
      const wanted = (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => {
        refuseDefault(balancing, call.region, RuleArn, 'given a priority')
        return { ...state.rule(call.region, RuleArn), priority: checkPriority(Priority) }
      })
      checkFree(balancing, wanted)
      for (const record of wanted) state.put(state.rules, record)
      for (const arn of new Set(wanted.map(({ listenerArn }) => listenerArn))) {
        await sync(balancing, state.listener(call.region, arn))
      }
      return { Rules: wanted.map(describe) }
    },
  }
}

async function create(
  balancing: LoadBalancing,
  input: CreateRuleCommandInput,
  call: Call,
): Promise<RuleRecord> {
  const { state, context } = balancing
  const listener = state.listener(call.region, input.ListenerArn)
  if (listener.protocol !== 'HTTP' && listener.protocol !== 'HTTPS') {
    throw notInEngine(`rules of listeners of protocol ${listener.protocol}`)
  }
  const balancer = state.loadBalancer(call.region, listener.loadBalancerArn)
  const rules = state.listenersOf(balancer).flatMap((each) => state.rulesOf(each))
  if (rules.length >= MAX_RULES) {
    throw tooMany('Rules', 'You have reached the limit on the number of rules per load balancer')
  }
  const record: RuleRecord = {
    arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${arnSuffix(context.random)}`,
    region: call.region,
    listenerArn: listener.arn,
    priority: checkPriority(input.Priority),
    conditions: checkConditions(input.Conditions ?? []),
    actions: checkActions(placeOf(balancing, listener), input.Actions ?? []),
    transforms: checkTransforms(input.Transforms ?? []),
    tags: withTags({}, input.Tags),
  }
  checkFree(balancing, [record])
  state.put(state.rules, record)
  await sync(balancing, listener)
  return record
}

async function modify(
  balancing: LoadBalancing,
  input: ModifyRuleCommandInput,
  call: Call,
): Promise<RuleRecord> {
  const { state } = balancing
  refuseDefault(balancing, call.region, input.RuleArn, 'modified')
  const record = state.rule(call.region, input.RuleArn)
  const listener = state.listener(call.region, record.listenerArn)
  const changed: RuleRecord = {
    ...record,
    ...(input.Conditions === undefined ? {} : { conditions: checkConditions(input.Conditions) }),
    ...(input.Actions === undefined
      ? {}
      : { actions: checkActions(placeOf(balancing, listener), input.Actions) }),
    ...(input.Transforms === undefined ? {} : { transforms: checkTransforms(input.Transforms) }),
    ...(input.ResetTransforms === true ? { transforms: [] } : {}),
  }
  state.put(state.rules, changed)
  await sync(balancing, listener)
  return changed
}

/** No two rules of a listener may have one priority once `wanted` are in their places. */
function checkFree({ state }: LoadBalancing, wanted: readonly RuleRecord[]): void {
  const taken = new Set<string>()
  const moving = new Set(wanted.map(({ arn }) => arn))
  for (const rule of state.rules.values()) {
    if (!moving.has(rule.arn)) taken.add(`${rule.listenerArn} ${rule.priority}`)
  }
  for (const { listenerArn, priority } of wanted) {
    const place = `${listenerArn} ${priority}`
    if (taken.has(place)) {
      throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`)
    }
    taken.add(place)
  }
}

function checkPriority(priority: number | undefined): number {
  if (priority === undefined || priority < 1 || priority > MAX_PRIORITY) {
    throw validationError(`Rule priority '${priority}' must be between 1 and ${MAX_PRIORITY}`)
  }
  return priority
}

async function sync(balancing: LoadBalancing, listener: ListenerRecord): Promise<void> {
  await balancing.syncListener(listener)
  balancing.syncTargetGroups()
}

function placeOf({ state }: LoadBalancing, listener: ListenerRecord): ActionPlace {
  const balancer = state.loadBalancer(listener.region, listener.loadBalancerArn)
  return { state, balancer, protocol: listener.protocol }
}

function refuseDefault(
  { state }: LoadBalancing,
  region: string,
  arn: string | undefined,
  what: string,
): void {
  const isDefault = state
    .in(state.listeners, region)
    .some(({ defaultRuleArn }) => defaultRuleArn === arn)
  if (isDefault) throw notPermitted(`Default rule '${arn}' cannot be ${what}`)
}

function ruleOf({ state }: LoadBalancing, region: string, arn: string): Rule {
  const listener = state.in(state.listeners, region).find((each) => each.defaultRuleArn === arn)
  if (listener !== undefined) return describeDefault(listener)
  if (!state.rules.has(`${region}/${arn}`)) throw notFound('Rule')
  return describe(state.rule(region, arn))
}

function rulesOf({ state }: LoadBalancing, listener: ListenerRecord): Rule[] {
  return [...state.rulesOf(listener).map(describe), describeDefault(listener)]
}

function describe(record: RuleRecord): Rule {
  return {
    RuleArn: record.arn,
    Priority: String(record.priority),
    Conditions: [...record.conditions],
    Actions: [...record.actions],
    ...(record.transforms.length > 0 ? { Transforms: [...record.transforms] } : {}),
    IsDefault: false,
  }
}

function describeDefault({ defaultRuleArn, defaultActions }: ListenerRecord): Rule {
  return {
    RuleArn: defaultRuleArn,
    Priority: 'default',
    Conditions: [],
    Actions: [...defaultActions],
    IsDefault: true,
  }
}
