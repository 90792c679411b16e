/** What every resource of EC2's has; its tags are kept apart, as CreateTags knows only ids. */
export interface Ec2Record {
  readonly id: string
  readonly region: string
}

export interface VpcRecord extends Ec2Record {
  readonly cidrBlocks: readonly CidrAssociation[]
  readonly isDefault: boolean
  readonly instanceTenancy: 'default' | 'dedicated'
  readonly dhcpOptionsId: string
  readonly dnsSupport: boolean
  readonly dnsHostnames: boolean
  readonly addressUsageMetrics: boolean
}

export interface CidrAssociation {
  readonly associationId: string
  readonly cidrBlock: string
}

export interface SubnetRecord extends Ec2Record {
  readonly vpcId: string
  readonly cidrBlock: string
  readonly zone: string
  readonly zoneId: string
  readonly defaultForAz: boolean
  readonly mapPublicIpOnLaunch: boolean
  readonly enableDns64: boolean
  readonly hostnameType: 'ip-name' | 'resource-name'
  readonly resourceNameDnsA: boolean
}

export interface InternetGatewayRecord extends Ec2Record {
  readonly vpcId: string | undefined
}

export interface AddressRecord extends Ec2Record {
  readonly publicIp: string
  readonly associationId: string | undefined
  readonly networkInterfaceId: string | undefined
  readonly privateIpAddress: string | undefined
}

export interface NatGatewayRecord extends Ec2Record {
  readonly vpcId: string
  readonly subnetId: string
  readonly connectivityType: 'public' | 'private'
  readonly allocationId: string | undefined
  readonly associationId: string | undefined
  readonly networkInterfaceId: string | undefined
  readonly privateIp: string | undefined
  readonly publicIp: string | undefined
  readonly createdAt: number
  readonly deletedAt: number | undefined
  readonly failure: { readonly code: string; readonly message: string } | undefined
}

export interface RouteTableRecord extends Ec2Record {
  readonly vpcId: string
  readonly routes: readonly RouteRecord[]
  readonly associations: readonly RouteAssociation[]
}

export interface RouteRecord {
  /** The CIDR block (of either family) or prefix list that the route leads to. */
  readonly destination: string
  /** An id (`igw-…`, `nat-…`, `eni-…`, `vpce-…`, …) or `local`. */
  readonly target: string
  readonly origin: 'CreateRouteTable' | 'CreateRoute'
}

export interface RouteAssociation {
  readonly id: string
  readonly main: boolean
  readonly subnetId: string | undefined
}

export interface SecurityGroupRecord extends Ec2Record {
  readonly vpcId: string
  readonly name: string
  readonly description: string
  readonly rules: readonly RuleRecord[]
}

export interface RuleRecord {
  readonly id: string
  readonly isEgress: boolean
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol's number, or `-1` for all. */
  readonly protocol: string
  /** -1 where a protocol has no ports. */
  readonly fromPort: number
  readonly toPort: number
  readonly peer: RulePeer
  readonly description: string | undefined
}

/** Whom a rule lets in or out: exactly one of them. */
export type RulePeer =
  | { readonly cidrIpv4: string }
  | { readonly cidrIpv6: string }
  | { readonly prefixListId: string }
  | { readonly groupId: string }

export interface NetworkInterfaceRecord extends Ec2Record {
  readonly vpcId: string
  readonly subnetId: string
  readonly zone: string
  readonly privateIp: string
  readonly macAddress: string
  readonly privateDnsName: string
  readonly description: string
  readonly groupIds: readonly string[]
  readonly interfaceType: string
  readonly requesterId: string | undefined
  readonly sourceDestCheck: boolean
  readonly attachment: AttachmentRecord | undefined
  /** A public address that is lent to the interface, not an Elastic IP address. */
  readonly publicIp: string | undefined
}

export interface AttachmentRecord {
  readonly id: string
  readonly attachedAt: number
  readonly deviceIndex: number
  readonly instanceId: string | undefined
  readonly instanceOwnerId: string
  readonly deleteOnTermination: boolean
}

export interface VpcEndpointRecord extends Ec2Record {
  readonly vpcId: string
  readonly type: 'Gateway' | 'Interface'
  readonly serviceName: string
  readonly policyDocument: string
  readonly routeTableIds: readonly string[]
  readonly subnetIds: readonly string[]
  readonly groupIds: readonly string[]
  readonly networkInterfaceIds: readonly string[]
  readonly privateDnsEnabled: boolean
  readonly createdAt: number
}

export interface NetworkAclRecord extends Ec2Record {
  readonly vpcId: string
}

export interface DhcpOptionsRecord extends Ec2Record {
  readonly configurations: readonly { readonly key: string; readonly values: readonly string[] }[]
}

export interface TagsRecord extends Ec2Record {
  readonly tags: Readonly<Record<string, string>>
}
