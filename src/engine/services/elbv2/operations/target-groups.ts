import type {
  CreateTargetGroupCommandInput,
  CreateTargetGroupCommandOutput,
  DeleteTargetGroupCommandInput,
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupAttributesCommandOutput,
  ModifyTargetGroupCommandInput,
  ModifyTargetGroupCommandOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { attributeList, changeAttributes, initialAttributes } from '../attributes.ts'
import { invalidConfiguration, notFound, resourceInUse, tooMany } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import { arnSuffix, checkName, elbArn } from '../names.ts'
import { page } from '../page.ts'
import type { TargetGroupRecord, Values } from '../records.ts'
import { withTags } from '../tags.ts'
import { changedSettings, HTTP_PROTOCOLS, newSettings } from '../target-group-settings.ts'

/** AWS: "Quotas for your Application Load Balancers". */
const MAX_TARGET_GROUPS = 3000

export function targetGroupOperations(balancing: LoadBalancing): OperationTable {
  const { state } = balancing
  return {
    CreateTargetGroup: async (
      input: CreateTargetGroupCommandInput,
      call: Call,
    ): Promise<Output<CreateTargetGroupCommandOutput>> => {
      const record = findSame(balancing, input, call) ?? (await create(balancing, input, call))
      return { TargetGroups: [describe(balancing, record)] }
    },

    DescribeTargetGroups: (
      input: DescribeTargetGroupsCommandInput,
      call: Call,
    ): Output<DescribeTargetGroupsCommandOutput> => {
      const { items, NextMarker } = page(selected(balancing, input, call), input)
      return { TargetGroups: items.map((record) => describe(balancing, record)), NextMarker }
    },

    ModifyTargetGroup: (
      input: ModifyTargetGroupCommandInput,
      call: Call,
    ): Output<ModifyTargetGroupCommandOutput> => {
      const record = state.targetGroup(call.region, input.TargetGroupArn)
      const changed = { ...record, settings: changedSettings(record.settings, input) }
      balancing.putTargetGroup(changed)
      return { TargetGroups: [describe(balancing, changed)] }
    },

    DeleteTargetGroup: (input: DeleteTargetGroupCommandInput, call: Call) => {
      const record = state.targetGroups.get(`${call.region}/${input.TargetGroupArn}`)
      if (record === undefined) return {}
      if (state.balancersUsing(record.arn).length > 0) {
        throw resourceInUse(
          `Target group '${record.arn}' is currently in use by a listener or a rule`,
        )
      }
      balancing.removeTargetGroup(record)
      return {}
    },

    DescribeTargetGroupAttributes: (
      input: DescribeTargetGroupAttributesCommandInput,
      call: Call,
    ): Output<DescribeTargetGroupAttributesCommandOutput> => {
      const { attributes } = state.targetGroup(call.region, input.TargetGroupArn)
      return { Attributes: attributeList(attributes) }
    },

    ModifyTargetGroupAttributes: (
      input: ModifyTargetGroupAttributesCommandInput,
      call: Call,
    ): Output<ModifyTargetGroupAttributesCommandOutput> => {
      const record = state.targetGroup(call.region, input.TargetGroupArn)
      const changes = input.Attributes ?? []
      const attributes = changeAttributes(attributeKind(record), record.attributes, changes)
      checkTogether(attributes)
      balancing.putTargetGroup({ ...record, attributes })
      return { Attributes: attributeList(attributes) }
    },
  }
}

function findSame(
  { state }: LoadBalancing,
  input: CreateTargetGroupCommandInput,
  call: Call,
): TargetGroupRecord | undefined {
  const existing = state.in(state.targetGroups, call.region).find(({ name }) => name === input.Name)
  if (existing === undefined) return undefined
  const wanted = JSON.stringify(newSettings(input))
  if (wanted === JSON.stringify(existing.settings)) return existing
  throw new AwsError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${existing.name}' exists, but with different settings`,
  )
}

async function create(
  balancing: LoadBalancing,
  input: CreateTargetGroupCommandInput,
  call: Call,
): Promise<TargetGroupRecord> {
  const { state, context } = balancing
  const { Name: name = '' } = input
  checkName('Target group', name)
  const settings = newSettings(input)
  const tags = withTags({}, input.Tags)
  if (state.in(state.targetGroups, call.region).length >= MAX_TARGET_GROUPS) {
    throw tooMany('TargetGroups', 'You have reached the limit on the number of target groups')
  }
  await context
    .calls(call.region)
    .ec2.describeVpcs({ VpcIds: [settings.VpcId ?? ''] })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw new AwsError('ValidationError', `The VPC ID '${settings.VpcId}' is not found`)
    })
  const id = `targetgroup/${name}/${arnSuffix(context.random)}`
  const record: TargetGroupRecord = {
    arn: elbArn(call.region, call.accountId, id),
    region: call.region,
    name,
    id,
    settings,
    attributes: initialAttributes(attributeKind({ settings })),
    tags,
  }
  balancing.putTargetGroup(record)
  return record
}

function selected(
  { state }: LoadBalancing,
  input: DescribeTargetGroupsCommandInput,
  call: Call,
): TargetGroupRecord[] {
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn: balancer } = input
  const all = state.in(state.targetGroups, call.region)
  for (const arn of arns) state.targetGroup(call.region, arn)
  if (names.some((name) => !all.some((each) => each.name === name))) throw notFound('TargetGroup')
  if (balancer !== undefined) state.loadBalancer(call.region, balancer)
  return all.filter(
    ({ arn, name }) =>
      (arns.length === 0 || arns.includes(arn)) &&
      (names.length === 0 || names.includes(name)) &&
      (balancer === undefined || state.balancersUsing(arn).includes(balancer)),
  )
}

function attributeKind({
  settings,
}: Pick<TargetGroupRecord, 'settings'>): 'httpGroup' | 'tcpGroup' {
  return HTTP_PROTOCOLS.includes(settings.Protocol ?? '') ? 'httpGroup' : 'tcpGroup'
}

/** Attributes that do not go together. */
function checkTogether(attributes: Values): void {
  const algorithm = attributes['load_balancing.algorithm.type'] ?? 'round_robin'
  if (algorithm !== 'round_robin' && attributes['slow_start.duration_seconds'] !== '0') {
    throw invalidConfiguration(
      `Slow start mode is not supported with the load balancing algorithm '${algorithm}'`,
    )
  }
  const needsName =
    attributes['stickiness.enabled'] === 'true' && attributes['stickiness.type'] === 'app_cookie'
  if (needsName && attributes['stickiness.app_cookie.cookie_name'] === '') {
    throw invalidConfiguration('A cookie name must be specified for application-based stickiness')
  }
}

function describe({ state }: LoadBalancing, { arn, settings }: TargetGroupRecord): TargetGroup {
  return { TargetGroupArn: arn, ...settings, LoadBalancerArns: state.balancersUsing(arn) }
}
