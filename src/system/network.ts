/** The VPC of a system. Every system has one; leave it out to get all the defaults below. */
export interface Network {
  readonly kind: 'network'
  readonly options: NetworkOptions
}

export interface NetworkOptions {
  /** Address range of the VPC. Default: `10.0.0.0/16`. */
  readonly cidr?: string
  /**
   * Ranges of the public subnets (load balancers, NAT), one for each zone, two or three. Default:
   * two, cut from `cidr`.
   */
  readonly publicSubnets?: readonly string[]
  /** Ranges of the private subnets (tasks, databases), as many. Default: two, cut from `cidr`. */
  readonly privateSubnets?: readonly string[]
  /**
   * How tasks in private subnets reach the internet. `one` NAT gateway is cheapest; `per-zone`
   * survives the loss of a zone; `none` leaves them without a way out. Default: `one`.
   */
  readonly nat?: 'one' | 'per-zone' | 'none'
}

export function network(options: NetworkOptions = {}): Network {
  return { kind: 'network', options }
}
