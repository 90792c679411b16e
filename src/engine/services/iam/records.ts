/** Who carries policies: a role or a user. IAM is global, so records have no region. */
export interface HolderRecord {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
  /** Policy name → document. */
  readonly inlinePolicies: Readonly<Record<string, string>>
  /** ARNs of managed policies, in the order of attachment. */
  readonly attachedPolicies: readonly string[]
  /** The ARN of the managed policy that limits all others. */
  readonly permissionsBoundary: string | undefined
}

export interface RoleRecord extends HolderRecord {
  readonly trustPolicy: string
  readonly description: string | undefined
  readonly maxSessionSeconds: number
}

export interface UserRecord extends HolderRecord {
  readonly accessKeys: readonly AccessKeyRecord[]
}

/** An access key without its secret: that is told once and not kept. */
export interface AccessKeyRecord {
  readonly id: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: number
}

export interface PolicyRecord {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly description: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
  readonly tags: Readonly<Record<string, string>>
  /** Oldest first. */
  readonly versions: readonly PolicyVersionRecord[]
  readonly defaultVersion: string
  /** The number of the next version; numbers are never used again. */
  readonly nextVersion: number
}

export interface PolicyVersionRecord {
  readonly id: string
  readonly document: string
  readonly createdAt: number
}

export interface InstanceProfileRecord {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
  readonly roleName: string | undefined
}
