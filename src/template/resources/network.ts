import type { NewNetworkModel, SystemModel } from '../../system/system-model.ts'
import { getAtt, nameTag, ref, type Resource, type Resources } from '../cloudformation.ts'
import { NETWORK } from '../logical-ids.ts'

const ANYWHERE = '0.0.0.0/0'

/** The VPC with public and private subnets over its zones; nothing when one was brought. */
export function networkResources({ network, prefix }: SystemModel): Resources {
  if (network.kind === 'existing') return {}
  const zones = network.publicSubnets.map((_, i) => i + 1)
  return {
    ...vpcResources(network, prefix),
    ...Object.assign({}, ...zones.map((zone) => publicSubnet(network, zone, prefix))),
    ...Object.assign({}, ...zones.map((zone) => natGateway(network, zone, prefix))),
    ...Object.assign({}, ...zones.map((zone) => privateSubnet(network, zone, prefix))),
  }
}

function vpcResources(network: NewNetworkModel, prefix: string): Resources {
  return {
    [NETWORK.vpc]: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: network.cidr,
        EnableDnsSupport: true,
        EnableDnsHostnames: true,
        Tags: nameTag(prefix),
      },
    },
    [NETWORK.internetGateway]: {
      Type: 'AWS::EC2::InternetGateway',
      Properties: { Tags: nameTag(prefix) },
    },
    [NETWORK.gatewayAttachment]: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: ref(NETWORK.vpc), InternetGatewayId: ref(NETWORK.internetGateway) },
    },
    [NETWORK.publicRouteTable]: {
      Type: 'AWS::EC2::RouteTable',
      Properties: { VpcId: ref(NETWORK.vpc), Tags: nameTag(`${prefix}-public`) },
    },
    [NETWORK.publicRoute]: {
      Type: 'AWS::EC2::Route',
      DependsOn: NETWORK.gatewayAttachment,
      Properties: {
        RouteTableId: ref(NETWORK.publicRouteTable),
        DestinationCidrBlock: ANYWHERE,
        GatewayId: ref(NETWORK.internetGateway),
      },
    },
  }
}

function publicSubnet(network: NewNetworkModel, zone: number, prefix: string): Resources {
  return {
    [NETWORK.subnet('public', zone)]: subnet(
      { kind: 'public', zone, prefix },
      network.publicSubnets[zone - 1],
    ),
    [NETWORK.association('public', zone)]: association(
      NETWORK.subnet('public', zone),
      NETWORK.publicRouteTable,
    ),
  }
}

function privateSubnet(network: NewNetworkModel, zone: number, prefix: string): Resources {
  const table = NETWORK.privateRouteTable(zone)
  const route: Resources = {
    [NETWORK.privateRoute(zone)]: {
      Type: 'AWS::EC2::Route',
      Properties: {
        RouteTableId: ref(table),
        DestinationCidrBlock: ANYWHERE,
        NatGatewayId: ref(NETWORK.natGateway(network.nat === 'per-zone' ? zone : 1)),
      },
    },
  }
  return {
    [NETWORK.subnet('private', zone)]: subnet(
      { kind: 'private', zone, prefix },
      network.privateSubnets[zone - 1],
    ),
    [table]: {
      Type: 'AWS::EC2::RouteTable',
      Properties: { VpcId: ref(NETWORK.vpc), Tags: nameTag(`${prefix}-private-${zone}`) },
    },
    [NETWORK.association('private', zone)]: association(NETWORK.subnet('private', zone), table),
    ...(network.nat === 'none' ? {} : route),
  }
}

function natGateway({ nat }: NewNetworkModel, zone: number, prefix: string): Resources {
  if (nat === 'none' || (nat === 'one' && zone > 1)) return {}
  return {
    [NETWORK.natAddress(zone)]: {
      Type: 'AWS::EC2::EIP',
      DependsOn: NETWORK.gatewayAttachment,
      Properties: { Domain: 'vpc', Tags: nameTag(`${prefix}-nat-${zone}`) },
    },
    [NETWORK.natGateway(zone)]: {
      Type: 'AWS::EC2::NatGateway',
      DependsOn: NETWORK.publicRoute,
      Properties: {
        AllocationId: getAtt(NETWORK.natAddress(zone), 'AllocationId'),
        SubnetId: ref(NETWORK.subnet('public', zone)),
        Tags: nameTag(`${prefix}-${zone}`),
      },
    },
  }
}

function subnet(
  { kind, zone, prefix }: { kind: 'public' | 'private'; zone: number; prefix: string },
  cidr: string | undefined,
): Resource {
  return {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: ref(NETWORK.vpc),
      CidrBlock: cidr,
      AvailabilityZone: { 'Fn::Select': [zone - 1, { 'Fn::GetAZs': '' }] },
      MapPublicIpOnLaunch: kind === 'public',
      Tags: nameTag(`${prefix}-${kind}-${zone}`),
    },
  }
}

function association(subnetId: string, table: string): Resource {
  return {
    Type: 'AWS::EC2::SubnetRouteTableAssociation',
    Properties: { SubnetId: ref(subnetId), RouteTableId: ref(table) },
  }
}
