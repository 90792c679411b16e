import type {
  IpPermission,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  Subnet,
} from '@aws-sdk/client-ec2'
import type { AwsCalls } from '../services/calls.ts'
import { LAST_PORT, type Opening, PROTOCOLS, type Protocol } from './opening.ts'
import {
  addressKey,
  type GroupFacts,
  type InterfaceFacts,
  type RouteFacts,
  type RouteTableFacts,
  type RuleFacts,
  type VpcFacts,
} from './vpc-facts.ts'

/** The operations from which the network learns. */
export type Ec2Reader = Pick<
  AwsCalls['ec2'],
  | 'describeNetworkInterfaces'
  | 'describeSecurityGroups'
  | 'describeRouteTables'
  | 'describeSubnets'
  | 'describeVpcs'
>

/** Everything that decisions need, from every region's EC2. */
export async function readFacts(readers: readonly Ec2Reader[]): Promise<VpcFacts> {
  const interfaces = new Map<string, InterfaceFacts>()
  const groups = new Map<string, GroupFacts>()
  const routes = new Map<string, RouteTableFacts>()
  const cidrs = new Map<string, readonly string[]>()
  for (const ec2 of readers) {
    const [nics, sgs, tables, subnets, vpcs] = await Promise.all([
      ec2.describeNetworkInterfaces({}),
      ec2.describeSecurityGroups({}),
      ec2.describeRouteTables({}),
      ec2.describeSubnets({}),
      ec2.describeVpcs({}),
    ])
    for (const each of nics.NetworkInterfaces ?? []) {
      const facts = interfaceFacts(each)
      interfaces.set(addressKey(facts.vpcId, facts.privateIp), facts)
    }
    for (const each of sgs.SecurityGroups ?? []) groups.set(each.GroupId ?? '', groupFacts(each))
    for (const each of subnets.Subnets ?? []) {
      const table = tableOf(each, tables.RouteTables ?? [])
      if (table !== undefined) routes.set(each.SubnetId ?? '', tableFacts(table))
    }
    for (const { VpcId, CidrBlock, CidrBlockAssociationSet } of vpcs.Vpcs ?? []) {
      const blocks = (CidrBlockAssociationSet ?? []).map((each) => each.CidrBlock ?? '')
      cidrs.set(VpcId ?? '', blocks.length > 0 ? blocks : [CidrBlock ?? ''])
    }
  }
  return { interfaces, groups, routes, cidrs }
}

function interfaceFacts(each: NetworkInterface): InterfaceFacts {
  return {
    interfaceId: each.NetworkInterfaceId ?? '',
    vpcId: each.VpcId ?? '',
    subnetId: each.SubnetId ?? '',
    privateIp: each.PrivateIpAddress ?? '',
    groupIds: (each.Groups ?? []).map((group) => group.GroupId ?? ''),
    publicIp: each.Association?.PublicIp,
  }
}

function groupFacts(each: SecurityGroup): GroupFacts {
  return {
    groupId: each.GroupId ?? '',
    ingress: (each.IpPermissions ?? []).map(ruleFacts),
    egress: (each.IpPermissionsEgress ?? []).map(ruleFacts),
  }
}

function ruleFacts(each: IpPermission): RuleFacts {
  return {
    openings: openingsOf(each),
    cidrs: (each.IpRanges ?? []).map((range) => range.CidrIp ?? ''),
    groupIds: (each.UserIdGroupPairs ?? []).map((pair) => pair.GroupId ?? ''),
  }
}

const BY_NUMBER: Readonly<Record<string, Protocol>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

function openingsOf({ IpProtocol = '-1', FromPort, ToPort }: IpPermission): Opening[] {
  const all = { fromPort: 0, toPort: LAST_PORT }
  if (IpProtocol === '-1') return PROTOCOLS.map((protocol) => ({ protocol, ...all }))
  const protocol = BY_NUMBER[IpProtocol] ?? PROTOCOLS.find((each) => each === IpProtocol)
  if (protocol === undefined) return []
  // For ICMP the two numbers are type and code, which nobody narrows.
  if (protocol === 'icmp' || FromPort === undefined || FromPort === -1) {
    return [{ protocol, ...all }]
  }
  return [{ protocol, fromPort: FromPort, toPort: ToPort ?? FromPort }]
}

/** A subnet without an association of its own uses the VPC's main route table. */
function tableOf(subnet: Subnet, tables: readonly RouteTable[]): RouteTable | undefined {
  const own = tables.find((table) =>
    (table.Associations ?? []).some((each) => each.SubnetId === subnet.SubnetId),
  )
  return (
    own ??
    tables.find(
      (table) =>
        table.VpcId === subnet.VpcId && (table.Associations ?? []).some((each) => each.Main),
    )
  )
}

function tableFacts(table: RouteTable): RouteTableFacts {
  return {
    routeTableId: table.RouteTableId ?? '',
    routes: (table.Routes ?? []).flatMap(routeFacts),
  }
}

function routeFacts(route: Route): RouteFacts[] {
  const cidr = route.DestinationCidrBlock
  if (cidr === undefined || route.State === 'blackhole') return []
  if (route.NatGatewayId !== undefined) return [{ cidr, target: route.NatGatewayId, kind: 'nat' }]
  const target = route.GatewayId ?? ''
  if (target === 'local') return [{ cidr, target, kind: 'local' }]
  return [{ cidr, target, kind: target.startsWith('igw-') ? 'internet' : 'other' }]
}
