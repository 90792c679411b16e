/**
 * An Application Load Balancer. A system with an `http(…)` gets one, shared by its services; name
 * one yourself to change its settings, or to have several.
 */
export interface LoadBalancer {
  readonly kind: 'load-balancer'
  readonly name: string
  readonly options: LoadBalancerOptions
}

export interface LoadBalancerOptions {
  /** Name in AWS, up to 32 characters. Default: CloudFormation makes one. */
  readonly loadBalancerName?: string
  /** Reachable from inside the VPC only, in the private subnets. Default: false. */
  readonly internal?: boolean
  /** Address ranges that may connect. Default: `0.0.0.0/0`. */
  readonly allow?: readonly string[]
  /** Seconds a connection may idle before a 504, 1 to 4000. Default: 60. */
  readonly idleTimeoutSeconds?: number
  /** Refuse to be deleted. Default: false. */
  readonly deletionProtection?: boolean
}

export function loadBalancer(name: string, options: LoadBalancerOptions = {}): LoadBalancer {
  return { kind: 'load-balancer', name, options }
}
