import type { Opening } from './opening.ts'

/** What EC2 says about the network, in the shape in which decisions need it. */
export interface VpcFacts {
  /** By `addressKey`. */
  readonly interfaces: ReadonlyMap<string, InterfaceFacts>
  readonly groups: ReadonlyMap<string, GroupFacts>
  /** By subnet id. */
  readonly routes: ReadonlyMap<string, RouteTableFacts>
  /** A VPC's blocks, by its id. */
  readonly cidrs: ReadonlyMap<string, readonly string[]>
}

export interface InterfaceFacts {
  readonly interfaceId: string
  readonly vpcId: string
  readonly subnetId: string
  readonly privateIp: string
  readonly groupIds: readonly string[]
  readonly publicIp: string | undefined
}

export interface GroupFacts {
  readonly groupId: string
  readonly ingress: readonly RuleFacts[]
  readonly egress: readonly RuleFacts[]
}

export interface RuleFacts {
  readonly openings: readonly Opening[]
  readonly cidrs: readonly string[]
  readonly groupIds: readonly string[]
}

export interface RouteTableFacts {
  readonly routeTableId: string
  readonly routes: readonly RouteFacts[]
}

export interface RouteFacts {
  readonly cidr: string
  /** As in the API: `local`, `igw-…`, `nat-…`. */
  readonly target: string
  readonly kind: 'local' | 'internet' | 'nat' | 'other'
}

export function addressKey(vpcId: string, ip: string): string {
  return `${vpcId}/${ip}`
}
