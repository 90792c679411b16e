import type {
  Action,
  Certificate,
  LoadBalancerTypeEnum,
  MutualAuthenticationAttributes,
  ProtocolEnum,
  RuleCondition,
  RuleTransform,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'

/** Tags and attributes: names to values, in the order in which they were set. */
export type Values = Readonly<Record<string, string>>

export interface LoadBalancerRecord {
  readonly arn: string
  readonly region: string
  readonly name: string
  /** `app/name/0123456789abcdef`. */
  readonly id: string
  readonly type: LoadBalancerTypeEnum
  readonly scheme: 'internet-facing' | 'internal'
  readonly dnsName: string
  readonly vpcId: string
  readonly interfaces: readonly InterfaceRecord[]
  readonly securityGroups: readonly string[]
  readonly ipAddressType: 'ipv4' | 'dualstack' | 'dualstack-without-public-ipv4'
  readonly createdAtMs: number
  readonly attributes: Values
  readonly tags: Values
}

/** A network interface of a load balancer, one in each of its subnets. */
export interface InterfaceRecord {
  readonly subnetId: string
  readonly zone: string
  readonly networkInterfaceId: string
  readonly ip: string
}

/** What CreateTargetGroup sets and ModifyTargetGroup changes, in the SDK's words. */
export type TargetGroupSettings = Omit<TargetGroup, 'TargetGroupArn' | 'LoadBalancerArns'>

export interface TargetGroupRecord {
  readonly arn: string
  readonly region: string
  readonly name: string
  /** `targetgroup/name/0123456789abcdef`. */
  readonly id: string
  readonly settings: TargetGroupSettings
  readonly attributes: Values
  readonly tags: Values
}

export interface ListenerRecord {
  readonly arn: string
  readonly region: string
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: ProtocolEnum
  readonly sslPolicy: string | undefined
  /** The default certificate first. */
  readonly certificates: readonly Certificate[]
  readonly alpnPolicy: readonly string[] | undefined
  readonly mutualAuthentication: MutualAuthenticationAttributes | undefined
  readonly defaultActions: readonly Action[]
  readonly defaultRuleArn: string
  readonly attributes: Values
  readonly tags: Values
  /** The port of this machine at which it answers; undefined for an internal load balancer. */
  readonly localPort: number | undefined
}

export interface RuleRecord {
  readonly arn: string
  readonly region: string
  readonly listenerArn: string
  readonly priority: number
  readonly conditions: readonly RuleCondition[]
  readonly actions: readonly Action[]
  readonly transforms: readonly RuleTransform[]
  readonly tags: Values
}

export interface TargetRecord {
  readonly region: string
  readonly groupArn: string
  /** As registered: an address, or an instance's id. */
  readonly id: string
  readonly port: number
  readonly ip: string
  readonly zone: string | undefined
  readonly drainingSinceMs: number | undefined
}
