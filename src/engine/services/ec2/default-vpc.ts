import type { TagSpecification } from '@aws-sdk/client-ec2'
import { createHash } from 'node:crypto'
import { formatCidr, splitCidr } from '../../../aws/cidr.ts'
import type { Ec2State } from './ec2-state.ts'
import type { DhcpOptionsRecord, RuleRecord, VpcRecord } from './records.ts'
import { zonesOf } from './zones.ts'

const DEFAULT_BASE = { base: 0xac_1f_00_00, prefix: 16 }

/** Makes ids: by chance, or the same ones in every engine. */
type NewId = (prefix: string, index?: number) => string

export interface VpcParts {
  readonly id: NewId
  readonly cidrBlock: string
  readonly isDefault: boolean
  readonly instanceTenancy: VpcRecord['instanceTenancy']
  readonly tags: readonly TagSpecification[] | undefined
}

/** A VPC with what AWS creates with it: main route table, default security group, network ACL. */
export function createVpcParts(state: Ec2State, region: string, parts: VpcParts): VpcRecord {
  const { id: newId, cidrBlock, isDefault, instanceTenancy } = parts
  const vpc = state.create(
    state.vpcs,
    {
      id: newId('vpc'),
      region,
      cidrBlocks: [{ associationId: newId('vpc-cidr-assoc'), cidrBlock }],
      isDefault,
      instanceTenancy,
      dhcpOptionsId: defaultDhcpOptions(state, region).id,
      dnsSupport: true,
      dnsHostnames: isDefault,
      addressUsageMetrics: false,
    },
    parts.tags,
  )
  state.routeTables.put({
    id: newId('rtb'),
    region,
    vpcId: vpc.id,
    routes: [{ destination: cidrBlock, target: 'local', origin: 'CreateRouteTable' }],
    associations: [{ id: newId('rtbassoc'), main: true, subnetId: undefined }],
  })
  const groupId = newId('sg')
  state.securityGroups.put({
    id: groupId,
    region,
    vpcId: vpc.id,
    name: 'default',
    description: 'default VPC security group',
    rules: [
      allTraffic(newId('sgr'), { isEgress: false, peer: { groupId } }),
      allTraffic(newId('sgr', 1), { isEgress: true, peer: { cidrIpv4: '0.0.0.0/0' } }),
    ],
  })
  state.networkAcls.put({ id: newId('acl'), region, vpcId: vpc.id })
  return vpc
}

/** A rule for every protocol and port. */
export function allTraffic(id: string, rule: Pick<RuleRecord, 'isEgress' | 'peer'>): RuleRecord {
  return { id, protocol: '-1', fromPort: -1, toPort: -1, description: undefined, ...rule }
}

/**
 * The region's default VPC (AWS: "Default VPCs"): 172.31.0.0/16, a public /20 in each zone, an
 * internet gateway and the route to it. Its ids follow from account and region.
 */
export function createDefaultVpc(state: Ec2State, region: string): VpcRecord {
  const id = deterministicIds(`${state.context.accountId}/${region}`)
  const vpc = createVpcParts(state, region, {
    id,
    cidrBlock: formatCidr(DEFAULT_BASE),
    isDefault: true,
    instanceTenancy: 'default',
    tags: undefined,
  })
  const gateway = { id: id('igw'), region, vpcId: vpc.id }
  state.internetGateways.put(gateway)
  for (const table of state.routeTables.by(region, 'vpc-id', vpc.id)) {
    const route = { destination: '0.0.0.0/0', target: gateway.id, origin: 'CreateRoute' } as const
    state.routeTables.put({ ...table, routes: [...table.routes, route] })
  }
  const zones = zonesOf(region)
  const blocks = splitCidr(DEFAULT_BASE, 20, zones.length)
  for (const [i, block] of blocks.entries()) {
    state.subnets.put({
      id: id('subnet', i),
      region,
      vpcId: vpc.id,
      cidrBlock: formatCidr(block),
      zone: zones[i]?.name ?? '',
      zoneId: zones[i]?.id ?? '',
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
      enableDns64: false,
      hostnameType: 'ip-name',
      resourceNameDnsA: false,
    })
  }
  return vpc
}

/** The region's default VPC is made once, at the region's first use; a deleted one stays away. */
export function ensureDefaultVpc(state: Ec2State, region: string): void {
  const used = state.context.store.collection<{ region: string }>('ec2/regions')
  if (used.has(region)) return
  used.put(region, { region })
  createDefaultVpc(state, region)
}

function defaultDhcpOptions(state: Ec2State, region: string): DhcpOptionsRecord {
  const id = deterministicIds(`${state.context.accountId}/${region}`)('dopt')
  const known = state.dhcpOptions.find(region, id)
  if (known !== undefined) return known
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  const options = {
    id,
    region,
    configurations: [
      { key: 'domain-name', values: [domain] },
      { key: 'domain-name-servers', values: ['AmazonProvidedDNS'] },
    ],
  }
  state.dhcpOptions.put(options)
  return options
}

function deterministicIds(seed: string): NewId {
  return (prefix, index = 0) => {
    const hash = createHash('sha256').update(`${seed}/${prefix}/${index}`).digest('hex')
    return `${prefix}-${hash.slice(0, 17)}`
  }
}
