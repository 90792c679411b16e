import type { DBInstance, DBSubnetGroup } from '@aws-sdk/client-rds'
import type { InstanceRecord, SubnetGroupRecord } from './records.ts'
import { tagList, type RdsState } from './rds-state.ts'

const ZONE_ID = 'Z2R2ITUGPM61AM'

/** An instance as DescribeDBInstances shows it. */
export function describeInstance(state: RdsState, record: InstanceRecord): DBInstance {
  const { region, id, settings, failure } = record
  const group = state.subnetGroups.get(`${region}/${record.subnetGroup}`)
  // AWS tells the endpoint only once there is one.
  const reachable = record.networkInterface !== undefined && record.status !== 'creating'
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: state.arn(region, 'db', id),
    DbiResourceId: record.resourceId,
    DBInstanceClass: record.instanceClass,
    DBInstanceStatus: record.status,
    Engine: 'postgres',
    EngineVersion: record.engineVersion,
    LicenseModel: 'postgresql-license',
    MasterUsername: record.masterUser,
    MasterUserSecret:
      record.masterSecretArn === undefined
        ? undefined
        : { SecretArn: record.masterSecretArn, SecretStatus: 'active' },
    DBName: record.database,
    Endpoint: reachable
      ? { Address: record.host, Port: record.port, HostedZoneId: ZONE_ID }
      : undefined,
    DbInstancePort: 0,
    InstanceCreateTime: record.status === 'creating' ? undefined : new Date(record.createdAt),
    AllocatedStorage: record.storageGiB,
    AvailabilityZone: record.zone,
    DBSubnetGroup: group === undefined ? undefined : describeSubnetGroup(state, group),
    VpcSecurityGroups: record.groupIds.map((VpcSecurityGroupId) => ({
      VpcSecurityGroupId,
      Status: 'active',
    })),
    DBSecurityGroups: [],
    DBParameterGroups: [
      {
        DBParameterGroupName: record.parameterGroup,
        ParameterApplyStatus: record.pendingReboot ? 'pending-reboot' : 'in-sync',
      },
    ],
    OptionGroupMemberships: [
      {
        OptionGroupName: `default:postgres-${Number.parseInt(record.engineVersion, 10)}`,
        Status: 'in-sync',
      },
    ],
    PendingModifiedValues: {
      DBInstanceClass: record.pending.instanceClass,
      AllocatedStorage: record.pending.storageGiB,
      EngineVersion: record.pending.engineVersion,
      MultiAZ: record.pending.multiAz,
    },
    StatusInfos:
      failure === undefined
        ? []
        : [{ StatusType: 'postgres', Normal: false, Status: 'error', Message: failure }],
    ...describeSettings(settings),
    TagList: tagList(record.tags),
  }
}

function describeSettings(settings: InstanceRecord['settings']): DBInstance {
  return {
    BackupRetentionPeriod: settings.backupRetentionDays,
    PreferredBackupWindow: settings.backupWindow,
    PreferredMaintenanceWindow: settings.maintenanceWindow,
    MultiAZ: settings.multiAz,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    StorageType: settings.storageType,
    Iops: settings.iops,
    StorageThroughput: settings.storageThroughput,
    MaxAllocatedStorage: settings.maxStorageGiB,
    StorageEncrypted: settings.storageEncrypted,
    KmsKeyId: settings.kmsKeyId,
    PubliclyAccessible: settings.publiclyAccessible,
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    DeletionProtection: settings.deletionProtection,
    MonitoringInterval: settings.monitoringInterval,
    MonitoringRoleArn: settings.monitoringRoleArn,
    PerformanceInsightsEnabled: settings.performanceInsights,
    IAMDatabaseAuthenticationEnabled: settings.iamAuthentication,
    EnabledCloudwatchLogsExports: [...settings.logExports],
    CACertificateIdentifier: settings.certificateAuthority,
    NetworkType: settings.networkType,
    BackupTarget: 'region',
    CustomerOwnedIpEnabled: false,
    DedicatedLogVolume: false,
    ReadReplicaDBInstanceIdentifiers: [],
    AssociatedRoles: [],
    DomainMemberships: [],
    ActivityStreamStatus: 'stopped',
    CertificateDetails: { CAIdentifier: settings.certificateAuthority },
  }
}

/** A subnet group as DescribeDBSubnetGroups shows it. */
export function describeSubnetGroup(state: RdsState, group: SubnetGroupRecord): DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupArn: state.arn(group.region, 'subgrp', group.name),
    DBSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: group.subnets.map(({ id, zone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: zone },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    SupportedNetworkTypes: ['IPV4'],
  }
}
