export type InstanceStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'rebooting'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'deleting'
  | 'failed'
  | 'incompatible-parameters'

export interface InstanceRecord {
  /** Lower case, unique in its region. */
  readonly id: string
  readonly region: string
  /** `db-…`, never used again; names the files. */
  readonly resourceId: string
  readonly status: InstanceStatus
  /** Why the status is no good one. */
  readonly failure: string | undefined
  readonly createdAt: number
  readonly instanceClass: string
  readonly engineVersion: string
  readonly storageGiB: number
  readonly masterUser: string
  /** What PostgreSQL stores for the master's password; the password itself is not kept. */
  readonly verifier: string
  readonly masterSecretArn: string | undefined
  readonly database: string | undefined
  readonly port: number
  readonly host: string
  readonly subnetGroup: string
  readonly vpcId: string
  readonly zone: string
  readonly groupIds: readonly string[]
  readonly networkInterface: { readonly id: string; readonly ip: string } | undefined
  readonly parameterGroup: string
  readonly pendingReboot: boolean
  readonly settings: InstanceSettings
  readonly pending: Partial<PendingValues>
  readonly tags: Readonly<Record<string, string>>
  /** The snapshot from which the instance is made; undefined for a new database. */
  readonly snapshot: string | undefined
  /** What remains to be done before a deleted instance is gone. */
  readonly finalSnapshot: string | undefined
}

/** What is kept and told, and changes nothing here. */
export interface InstanceSettings {
  readonly backupRetentionDays: number
  readonly backupWindow: string
  readonly maintenanceWindow: string
  readonly multiAz: boolean
  readonly autoMinorVersionUpgrade: boolean
  readonly storageType: string
  readonly iops: number | undefined
  readonly storageThroughput: number | undefined
  readonly maxStorageGiB: number | undefined
  readonly storageEncrypted: boolean
  readonly kmsKeyId: string | undefined
  readonly publiclyAccessible: boolean
  readonly copyTagsToSnapshot: boolean
  readonly deletionProtection: boolean
  readonly monitoringInterval: number
  readonly monitoringRoleArn: string | undefined
  readonly performanceInsights: boolean
  readonly iamAuthentication: boolean
  readonly logExports: readonly string[]
  readonly certificateAuthority: string
  readonly networkType: string
}

/** Changes that AWS makes in the maintenance window unless they are asked for at once. */
export interface PendingValues {
  readonly instanceClass: string
  readonly storageGiB: number
  readonly engineVersion: string
  readonly multiAz: boolean
}

export interface SubnetGroupRecord {
  readonly name: string
  readonly region: string
  readonly description: string
  readonly vpcId: string
  readonly subnets: readonly { readonly id: string; readonly zone: string }[]
  readonly tags: Readonly<Record<string, string>>
}

export interface ParameterGroupRecord {
  readonly name: string
  readonly region: string
  readonly family: string
  readonly description: string
  /** Only what was changed. */
  readonly values: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

export interface SnapshotRecord {
  readonly id: string
  readonly region: string
  readonly resourceId: string
  readonly status: 'creating' | 'available' | 'failed'
  readonly createdAt: number
  readonly type: 'manual' | 'automated'
  /** The instance as it was. */
  readonly instance: InstanceRecord
  readonly tags: Readonly<Record<string, string>>
}

export interface EventRecord {
  readonly region: string
  readonly at: number
  readonly sourceId: string
  readonly sourceType: 'db-instance' | 'db-snapshot' | 'db-parameter-group'
  readonly sourceArn: string
  readonly message: string
  readonly categories: readonly string[]
}
