import type { SecretKey } from './secret.ts'

export interface ExistingVpc {
  readonly kind: 'existing-vpc'
  readonly options: ExistingVpcOptions
}

export interface ExistingVpcOptions {
  /** `vpc-…` */
  readonly id: string
  /** Subnets with a route to an internet gateway, in two zones or more. For load balancers. */
  readonly publicSubnets?: readonly string[]
  /** Subnets for tasks and databases, in two zones or more. */
  readonly privateSubnets?: readonly string[]
}

export interface ExistingRole {
  readonly kind: 'existing-role'
  readonly arn: string
}

export interface ExistingCertificate {
  readonly kind: 'existing-certificate'
  readonly arn: string
}

export interface ExistingSecret {
  readonly kind: 'existing-secret'
  readonly options: ExistingSecretOptions
  /** One key of a JSON secret. */
  key(name: string): SecretKey
}

export interface ExistingSecretOptions {
  /** The whole ARN, with its random suffix. */
  readonly arn: string
  /** Name under which `longshore secrets` knows it. Default: not listed there. */
  readonly name?: string
}

export interface ExistingTargetGroup {
  readonly kind: 'existing-target-group'
  readonly options: ExistingTargetGroupOptions
}

export interface ExistingTargetGroupOptions {
  readonly arn: string
  /** The balancer's security group, `sg-…`, to be let in to the container's port. */
  readonly securityGroup?: string
}

export interface ExistingSecurityGroup {
  readonly kind: 'existing-security-group'
  /** `sg-…` */
  readonly id: string
}

export interface ExistingCluster {
  readonly kind: 'existing-cluster'
  readonly name: string
}

export interface ExistingTopic {
  readonly kind: 'existing-topic'
  readonly arn: string
}

/** What was there before: the definition uses it, and neither changes nor deletes it. */
export const existing = {
  /** The VPC and its subnets that everything stands in, instead of a `network(…)`. */
  vpc: (options: ExistingVpcOptions): ExistingVpc => ({ kind: 'existing-vpc', options }),
  /** For a service's `executionRole` or `taskRole`; Longshore adds no permission to it. */
  role: ({ arn }: { readonly arn: string }): ExistingRole => ({ kind: 'existing-role', arn }),
  /** A certificate of ACM, for `http({ certificate })`. */
  certificate: ({ arn }: { readonly arn: string }): ExistingCertificate => ({
    kind: 'existing-certificate',
    arn,
  }),
  /** A secret of Secrets Manager, for a container's `secrets`. */
  secret: (options: ExistingSecretOptions): ExistingSecret => {
    const made: ExistingSecret = {
      kind: 'existing-secret',
      options,
      key: (key) => ({ kind: 'secret-key', secret: made, key }),
    }
    return made
  },
  /** A target group of type `ip`, for `http({ targetGroup })`. */
  targetGroup: (options: ExistingTargetGroupOptions): ExistingTargetGroup => ({
    kind: 'existing-target-group',
    options,
  }),
  /** Another security group for a service's tasks. */
  securityGroup: ({ id }: { readonly id: string }): ExistingSecurityGroup => ({
    kind: 'existing-security-group',
    id,
  }),
  /** The cluster that services run in, instead of a `cluster(…)`. */
  cluster: ({ name }: { readonly name: string }): ExistingCluster => ({
    kind: 'existing-cluster',
    name,
  }),
  /** An SNS topic that alarms tell, instead of an `alarmTopic(…)`. */
  topic: ({ arn }: { readonly arn: string }): ExistingTopic => ({ kind: 'existing-topic', arn }),
} as const
