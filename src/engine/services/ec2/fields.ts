import type {
  AddressRecord,
  DhcpOptionsRecord,
  InternetGatewayRecord,
  NatGatewayRecord,
  NetworkAclRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  RuleRecord,
  SecurityGroupRecord,
  SubnetRecord,
  VpcEndpointRecord,
  VpcRecord,
} from './records.ts'
import type { Field, TableOptions } from './table.ts'

/** What each kind's filters read (AWS: the `Filters` of its Describe operation). */
export const VPC: TableOptions<VpcRecord> = {
  prefix: 'vpc',
  resourceType: 'vpc',
  indexed: [],
  fields: {
    'vpc-id': ({ id }) => id,
    cidr: ({ cidrBlocks }) => cidrBlocks[0]?.cidrBlock,
    'cidr-block-association.association-id': ({ cidrBlocks }) =>
      cidrBlocks.map(({ associationId }) => associationId),
    'cidr-block-association.cidr-block': ({ cidrBlocks }) =>
      cidrBlocks.map(({ cidrBlock }) => cidrBlock),
    'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
    'is-default': ({ isDefault }) => isDefault,
    isDefault: ({ isDefault }) => isDefault,
    state: () => 'available',
  },
}

export const SUBNET: TableOptions<SubnetRecord> = {
  prefix: 'subnet',
  resourceType: 'subnet',
  indexed: ['vpc-id'],
  fields: {
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'availability-zone': ({ zone }) => zone,
    availabilityZone: ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    'cidr-block': ({ cidrBlock }) => cidrBlock,
    cidr: ({ cidrBlock }) => cidrBlock,
    'default-for-az': ({ defaultForAz }) => defaultForAz,
    defaultForAz: ({ defaultForAz }) => defaultForAz,
    'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
    state: () => 'available',
  },
}

export const INTERNET_GATEWAY: TableOptions<InternetGatewayRecord> = {
  prefix: 'igw',
  resourceType: 'internet-gateway',
  indexed: ['attachment.vpc-id'],
  fields: {
    'internet-gateway-id': ({ id }) => id,
    'attachment.vpc-id': ({ vpcId }) => vpcId,
    'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
  },
}

export const ADDRESS: TableOptions<AddressRecord> = {
  prefix: 'eipalloc',
  resourceType: 'elastic-ip',
  indexed: ['public-ip', 'association-id', 'network-interface-id'],
  fields: {
    'allocation-id': ({ id }) => id,
    'association-id': ({ associationId }) => associationId,
    'network-interface-id': ({ networkInterfaceId }) => networkInterfaceId,
    'private-ip-address': ({ privateIpAddress }) => privateIpAddress,
    'public-ip': ({ publicIp }) => publicIp,
    domain: () => 'vpc',
    'network-border-group': ({ region }) => region,
    'instance-id': () => undefined,
  },
}

export const NAT_GATEWAY: TableOptions<NatGatewayRecord> = {
  prefix: 'nat',
  resourceType: 'natgateway',
  indexed: ['vpc-id', 'subnet-id'],
  fields: {
    'nat-gateway-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    state: natGatewayState,
  },
}

export function natGatewayState(record: NatGatewayRecord): 'available' | 'deleted' | 'failed' {
  if (record.deletedAt !== undefined) return 'deleted'
  return record.failure === undefined ? 'available' : 'failed'
}

export const ROUTE_TABLE: TableOptions<RouteTableRecord> = {
  prefix: 'rtb',
  resourceType: 'route-table',
  indexed: ['vpc-id', 'association.subnet-id', 'association.route-table-association-id'],
  fields: {
    'route-table-id': ({ id }) => id,
    'association.route-table-id': ({ id, associations }) =>
      associations.length === 0 ? undefined : id,
    'vpc-id': ({ vpcId }) => vpcId,
    'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
    'association.main': ({ associations }) => associations.map(({ main }) => String(main)),
    'association.route-table-association-id': ({ associations }) =>
      associations.map(({ id }) => id),
    'association.gateway-id': () => undefined,
    'route.destination-cidr-block': ({ routes }) =>
      routes.map(({ destination }) => (destination.includes(':') ? undefined : destination)),
    'route.destination-ipv6-cidr-block': ({ routes }) =>
      routes.map(({ destination }) => (destination.includes(':') ? destination : undefined)),
    'route.destination-prefix-list-id': ({ routes }) =>
      routes.map(({ destination }) => (destination.startsWith('pl-') ? destination : undefined)),
    'route.gateway-id': ({ routes }) => routes.map(({ target }) => target),
    'route.nat-gateway-id': ({ routes }) => routes.map(({ target }) => target),
    'route.origin': ({ routes }) => routes.map(({ origin }) => origin),
    'route.state': () => 'active',
  },
}

function ofRules(
  egress: boolean,
  read: (rule: RuleRecord) => string | number | undefined,
): Field<SecurityGroupRecord> {
  return ({ rules }) =>
    rules
      .filter(({ isEgress }) => isEgress === egress)
      .map((rule) => {
        const value = read(rule)
        return value === undefined ? undefined : String(value)
      })
}

function ruleFields(prefix: string, egress: boolean): Record<string, Field<SecurityGroupRecord>> {
  const peer = (name: string) => (rule: RuleRecord) =>
    (rule.peer as Readonly<Record<string, string | undefined>>)[name]
  return {
    [`${prefix}cidr`]: ofRules(egress, peer('cidrIpv4')),
    [`${prefix}ipv6-cidr`]: ofRules(egress, peer('cidrIpv6')),
    [`${prefix}group-id`]: ofRules(egress, peer('groupId')),
    [`${prefix}prefix-list-id`]: ofRules(egress, peer('prefixListId')),
    [`${prefix}protocol`]: ofRules(egress, ({ protocol }) => protocol),
    [`${prefix}from-port`]: ofRules(egress, ({ fromPort }) => fromPort),
    [`${prefix}to-port`]: ofRules(egress, ({ toPort }) => toPort),
  }
}

export const SECURITY_GROUP: TableOptions<SecurityGroupRecord> = {
  prefix: 'sg',
  resourceType: 'security-group',
  indexed: ['vpc-id', 'rule-id', 'peer-group-id'],
  fields: {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'vpc-id': ({ vpcId }) => vpcId,
    description: ({ description }) => description,
    ...ruleFields('ip-permission.', false),
    ...ruleFields('egress.ip-permission.', true),
    'rule-id': ({ rules }) => rules.map(({ id }) => id),
    'peer-group-id': ({ rules }) =>
      rules.map(({ peer }) => ('groupId' in peer ? peer.groupId : undefined)),
  },
}

export const NETWORK_INTERFACE: TableOptions<NetworkInterfaceRecord> = {
  prefix: 'eni',
  resourceType: 'network-interface',
  indexed: [
    'vpc-id',
    'subnet-id',
    'group-id',
    'private-ip-address',
    'addresses.private-ip-address',
  ],
  fields: {
    'network-interface-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'availability-zone': ({ zone }) => zone,
    'group-id': ({ groupIds }) => groupIds,
    'private-ip-address': ({ privateIp }) => privateIp,
    'addresses.private-ip-address': ({ privateIp }) => privateIp,
    'addresses.primary': () => true,
    'association.public-ip': ({ publicIp }) => publicIp,
    'addresses.association.public-ip': ({ publicIp }) => publicIp,
    'attachment.attachment-id': ({ attachment }) => attachment?.id,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
    'attachment.instance-owner-id': ({ attachment }) => attachment?.instanceOwnerId,
    'attachment.status': ({ attachment }) => (attachment === undefined ? undefined : 'attached'),
    description: ({ description }) => description,
    'interface-type': ({ interfaceType }) => interfaceType,
    'mac-address': ({ macAddress }) => macAddress,
    'private-dns-name': ({ privateDnsName }) => privateDnsName,
    'requester-id': ({ requesterId }) => requesterId,
    'requester-managed': ({ requesterId }) => requesterId !== undefined,
    'source-dest-check': ({ sourceDestCheck }) => sourceDestCheck,
    status: ({ attachment }) => (attachment === undefined ? 'available' : 'in-use'),
  },
}

export const VPC_ENDPOINT: TableOptions<VpcEndpointRecord> = {
  prefix: 'vpce',
  resourceType: 'vpc-endpoint',
  indexed: ['vpc-id'],
  fields: {
    'vpc-endpoint-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'service-name': ({ serviceName }) => serviceName,
    'vpc-endpoint-type': ({ type }) => type,
    'vpc-endpoint-state': () => 'available',
  },
}

export const NETWORK_ACL: TableOptions<NetworkAclRecord> = {
  prefix: 'acl',
  resourceType: 'network-acl',
  indexed: ['vpc-id'],
  fields: {
    'network-acl-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    default: () => true,
  },
}

export const DHCP_OPTIONS: TableOptions<DhcpOptionsRecord> = {
  prefix: 'dopt',
  resourceType: 'dhcp-options',
  indexed: [],
  fields: {
    'dhcp-options-id': ({ id }) => id,
    key: ({ configurations }) => configurations.map(({ key }) => key),
    value: ({ configurations }) => configurations.flatMap(({ values }) => values),
  },
}
