import type {
  CreateLoadBalancerCommandInput,
  CreateLoadBalancerCommandOutput,
  DeleteLoadBalancerCommandInput,
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { initialAttributes } from '../attributes.ts'
import { invalidConfiguration, notFound, notInEngine, notPermitted, tooMany } from '../errors.ts'
import {
  createInterfaces,
  deleteInterfaces,
  readSecurityGroups,
  readSubnets,
} from '../interfaces.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import { arnSuffix, checkName, dnsName, elbArn } from '../names.ts'
import { page } from '../page.ts'
import type { LoadBalancerRecord } from '../records.ts'
import { withTags } from '../tags.ts'

/** Engine time from creation to `active`; on AWS it is a few minutes. */
const PROVISIONING_MS = 10_000
/** AWS: "Quotas for your Application Load Balancers". */
const MAX_LOAD_BALANCERS = 50
/** Route 53's hosted zone of load balancers in us-east-1. */
const HOSTED_ZONE = 'Z35SXDOTRQ7X7K'

export function loadBalancerOperations(balancing: LoadBalancing): OperationTable {
  const { state, context } = balancing
  return {
    CreateLoadBalancer: async (
      input: CreateLoadBalancerCommandInput,
      call: Call,
    ): Promise<Output<CreateLoadBalancerCommandOutput>> => {
      const existing = findSame(balancing, input, call)
      const record = existing ?? (await create(balancing, input, call))
      return { LoadBalancers: [describe(record, context.clock.now())] }
    },

    DescribeLoadBalancers: (
      input: DescribeLoadBalancersCommandInput,
      call: Call,
    ): Output<DescribeLoadBalancersCommandOutput> => {
      const { LoadBalancerArns: arns = [], Names: names = [] } = input
      const all = state.in(state.loadBalancers, call.region)
      for (const arn of arns) state.loadBalancer(call.region, arn)
      for (const name of names) {
        if (!all.some((each) => each.name === name)) throw notFound('LoadBalancer')
      }
      const wanted = all.filter(
        ({ arn, name }) =>
          (arns.length === 0 || arns.includes(arn)) && (names.length === 0 || names.includes(name)),
      )
      const { items, NextMarker } = page(wanted, input)
      const now = context.clock.now()
      return { LoadBalancers: items.map((record) => describe(record, now)), NextMarker }
    },

    DeleteLoadBalancer: async (input: DeleteLoadBalancerCommandInput, call: Call) => {
      const record = state.loadBalancers.get(`${call.region}/${input.LoadBalancerArn}`)
      if (record === undefined) return {}
      if (record.attributes['deletion_protection.enabled'] === 'true') {
        throw notPermitted(
          `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
        )
      }
      balancing.removeLoadBalancer(record)
      await deleteInterfaces(context.calls(call.region), record.interfaces)
      return {}
    },
  }
}

/** What an equal request made before: creation is idempotent. */
function findSame(
  { state }: LoadBalancing,
  input: CreateLoadBalancerCommandInput,
  call: Call,
): LoadBalancerRecord | undefined {
  const existing = state
    .in(state.loadBalancers, call.region)
    .find(({ name }) => name === input.Name)
  if (existing === undefined) return undefined
  const same =
    existing.type === (input.Type ?? 'application') &&
    existing.scheme === (input.Scheme ?? 'internet-facing') &&
    sameSet(
      subnetIds(input),
      existing.interfaces.map(({ subnetId }) => subnetId),
    ) &&
    (input.SecurityGroups === undefined || sameSet(input.SecurityGroups, existing.securityGroups))
  if (same) return existing
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${existing.name}' exists, but with different settings`,
  )
}

async function create(
  balancing: LoadBalancing,
  input: CreateLoadBalancerCommandInput,
  call: Call,
): Promise<LoadBalancerRecord> {
  const { state, context } = balancing
  const { Name: name = '', Type: type = 'application', Scheme: scheme = 'internet-facing' } = input
  checkName('Load balancer', name)
  if (type === 'gateway') throw notInEngine('Gateway Load Balancers')
  if (state.in(state.loadBalancers, call.region).length >= MAX_LOAD_BALANCERS) {
    throw tooMany('LoadBalancers', 'You have reached the limit on the number of load balancers')
  }
  const tags = withTags({}, input.Tags)
  const calls = context.calls(call.region)
  const subnets = await readSubnets(calls, subnetIds(input), type)
  const vpcId = subnets[0]?.VpcId ?? ''
  const securityGroups =
    type === 'network' && input.SecurityGroups === undefined
      ? []
      : await readSecurityGroups(calls, input.SecurityGroups, vpcId)
  const network = type === 'network'
  const id = `${network ? 'net' : 'app'}/${name}/${arnSuffix(context.random)}`
  const interfaces = await createInterfaces(calls, subnets, { id, securityGroups })
  const internal = scheme === 'internal'
  const record: LoadBalancerRecord = {
    arn: elbArn(call.region, call.accountId, `loadbalancer/${id}`),
    region: call.region,
    name,
    id,
    type,
    scheme,
    dnsName: dnsName({ name, region: call.region, internal, network }, context.random),
    vpcId,
    interfaces,
    securityGroups,
    ipAddressType: input.IpAddressType ?? 'ipv4',
    createdAtMs: context.clock.now(),
    attributes: initialAttributes(type),
    tags,
  }
  balancing.putLoadBalancer(record)
  return record
}

function subnetIds({ Subnets, SubnetMappings }: CreateLoadBalancerCommandInput): string[] {
  if ((Subnets ?? []).length > 0 && (SubnetMappings ?? []).length > 0) {
    throw invalidConfiguration('You must specify either subnets or subnet mappings, but not both')
  }
  return Subnets ?? (SubnetMappings ?? []).map(({ SubnetId }) => SubnetId ?? '')
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each))
}

export function zonesOf({ interfaces }: LoadBalancerRecord): LoadBalancer['AvailabilityZones'] {
  return interfaces.map(({ subnetId, zone }) => ({
    SubnetId: subnetId,
    ZoneName: zone,
    LoadBalancerAddresses: [],
  }))
}

function describe(record: LoadBalancerRecord, nowMs: number): LoadBalancer {
  const active = nowMs - record.createdAtMs >= PROVISIONING_MS
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: HOSTED_ZONE,
    CreatedTime: new Date(record.createdAtMs),
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: active ? 'active' : 'provisioning' },
    Type: record.type,
    AvailabilityZones: zonesOf(record),
    ...(record.securityGroups.length > 0 ? { SecurityGroups: [...record.securityGroups] } : {}),
    IpAddressType: record.ipAddressType,
  }
}
