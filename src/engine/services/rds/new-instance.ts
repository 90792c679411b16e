import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds'
import type { Call } from '../service.ts'
import { AwsError } from '../../aws-error.ts'
import {
  checkDatabaseName,
  checkIdentifier,
  checkMasterUser,
  checkPassword,
  checkPort,
  checkStorage,
} from './checks.ts'
import { checkEngine, familyOf, installedVersion, resolveVersion } from './engine-versions.ts'
import { invalidCombination, invalidValue, notFound } from './errors.ts'
import { INSTANCE_CLASSES } from './instance-classes.ts'
import { createMasterSecret, newPassword } from './master-password.ts'
import type { Databases } from './postgres/databases.ts'
import { scramVerifier } from './postgres/scram.ts'
import { tagsOf, type RdsState } from './rds-state.ts'
import type { InstanceRecord, InstanceSettings, SubnetGroupRecord } from './records.ts'
import { defaultSubnetGroup } from './subnet-groups.ts'

const DEFAULT_STORAGE_GIB = 20

/** The record of the instance that a request asks for, everything checked. */
export async function newInstance(
  state: RdsState,
  databases: Databases,
  { input, call }: { input: CreateDBInstanceMessage; call: Call },
): Promise<InstanceRecord> {
  const { region } = call
  const id = checkIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier)
  checkEngine(input.Engine)
  const version = resolveVersion(input.EngineVersion, await installedVersion(databases))
  const settings = settingsOf(input)
  const masterUser = checkMasterUser(input.MasterUsername)
  const instanceClass = checkClass(input.DBInstanceClass, version)
  const storageGiB = checkStorage(
    input.AllocatedStorage ?? DEFAULT_STORAGE_GIB,
    settings.storageType,
  )
  const port = checkPort(input.Port ?? 5432)
  const database = checkDatabaseName(input.DBName)
  const parameterGroup = checkParameterGroup(state, region, {
    name: input.DBParameterGroupName,
    family: familyOf(version),
  })
  const group = await placeOf(state, region, input)
  const groupIds = await checkGroups(state, region, {
    groupIds: input.VpcSecurityGroupIds ?? [],
    vpcId: group.vpcId,
  })
  checkFree(state, region, id)
  const { verifier, masterSecretArn } = await credentials(state, { region, id, masterUser }, input)
  // The name may have been taken while the secret was made.
  checkFree(state, region, id)
  return {
    id,
    region,
    resourceId: `db-${state.context.random.hex(13).toUpperCase()}`,
    status: 'creating',
    failure: undefined,
    createdAt: state.now(),
    instanceClass,
    engineVersion: version,
    storageGiB,
    masterUser,
    verifier,
    masterSecretArn,
    database,
    port,
    host: state.hostOf(region, id),
    subnetGroup: group.name,
    vpcId: group.vpcId,
    zone: zoneOf(group, input.AvailabilityZone, id),
    groupIds,
    networkInterface: undefined,
    parameterGroup,
    pendingReboot: false,
    settings,
    pending: {},
    tags: tagsOf(input.Tags),
    snapshot: undefined,
    finalSnapshot: undefined,
  }
}

export function checkFree(state: RdsState, region: string, id: string): void {
  if (state.instances.has(`${region}/${id}`)) {
    throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists')
  }
}

export function checkClass(wanted: string | undefined, version: string): string {
  const name = wanted ?? ''
  if (INSTANCE_CLASSES.includes(name)) return name
  if (!/^db\.\w+\.\w+$/.test(name)) throw invalidValue(`Invalid DB Instance class: ${name}`)
  throw invalidCombination(
    'RDS does not support creating a DB instance with the following combination: ' +
      `DBInstanceClass=${name}, Engine=postgres, EngineVersion=${version}, ` +
      'LicenseModel=postgresql-license. For supported combinations of instance class and database ' +
      'engine version, see the documentation.',
  )
}

/** A parameter group that exists; without a name, the default one of the family. */
export function checkParameterGroup(
  state: RdsState,
  region: string,
  { name, family }: { name: string | undefined; family: string },
): string {
  const standard = `default.${family}`
  const wanted = name?.toLowerCase() ?? standard
  if (wanted === standard) return wanted
  const group = state.parameterGroups.get(`${region}/${wanted}`)
  if (group === undefined) {
    throw notFound('DBParameterGroupNotFound', `DBParameterGroup not found: ${name}`)
  }
  if (group.family !== family) {
    throw invalidCombination(
      `The parameter group ${wanted} with DBParameterGroupFamily ${group.family} can't be used for ` +
        `this instance. Use a parameter group with DBParameterGroupFamily ${family}.`,
    )
  }
  return wanted
}

async function placeOf(
  state: RdsState,
  region: string,
  { DBSubnetGroupName: name }: CreateDBInstanceMessage,
): Promise<SubnetGroupRecord> {
  return name === undefined ? defaultSubnetGroup(state, region) : state.subnetGroup(region, name)
}

/** Security groups of the instance's VPC; none means the VPC's default group. */
export async function checkGroups(
  state: RdsState,
  region: string,
  { groupIds, vpcId }: { groupIds: readonly string[]; vpcId: string },
): Promise<readonly string[]> {
  const { ec2 } = state.context.calls(region)
  const { SecurityGroups = [] } = await ec2
    .describeSecurityGroups(
      groupIds.length > 0
        ? { GroupIds: [...groupIds] }
        : {
            Filters: [
              { Name: 'vpc-id', Values: [vpcId] },
              { Name: 'group-name', Values: ['default'] },
            ],
          },
    )
    .catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error
      throw invalidValue(`Invalid security group , groupId= ${groupIds.join(', ')}, groupName=.`)
    })
  if (SecurityGroups.some((group) => group.VpcId !== vpcId)) {
    throw new AwsError(
      'InvalidVPCNetworkStateFault',
      `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} ` +
        `and the EC2 security group is in ${SecurityGroups[0]?.VpcId}`,
    )
  }
  return SecurityGroups.map(({ GroupId = '' }) => GroupId)
}

/** The zone that is asked for, or one of the group's by the instance's name. */
function zoneOf(group: SubnetGroupRecord, wanted: string | undefined, id: string): string {
  const zones = [...new Set(group.subnets.map(({ zone }) => zone))]
  if (wanted === undefined) return zones[id.length % zones.length] ?? ''
  if (zones.includes(wanted)) return wanted
  throw invalidCombination(
    `DB Subnet Group doesn't have any subnets in the requested Availability Zone ${wanted}`,
  )
}

async function credentials(
  state: RdsState,
  instance: { region: string; id: string; masterUser: string },
  input: CreateDBInstanceMessage,
): Promise<{ verifier: string; masterSecretArn: string | undefined }> {
  if (input.ManageMasterUserPassword !== true) {
    const password = checkPassword(input.MasterUserPassword)
    return { verifier: scramVerifier(password), masterSecretArn: undefined }
  }
  if (input.MasterUserPassword !== undefined) {
    throw invalidCombination(
      'You can specify either MasterUserPassword or ManageMasterUserPassword, but not both.',
    )
  }
  const password = await newPassword(state, instance.region)
  const masterSecretArn = await createMasterSecret(state, instance, {
    username: instance.masterUser,
    password,
  })
  return { verifier: scramVerifier(password), masterSecretArn }
}

function settingsOf(input: CreateDBInstanceMessage): InstanceSettings {
  return {
    backupRetentionDays: input.BackupRetentionPeriod ?? 1,
    backupWindow: input.PreferredBackupWindow ?? '03:00-03:30',
    maintenanceWindow: input.PreferredMaintenanceWindow ?? 'sun:04:00-sun:04:30',
    multiAz: input.MultiAZ ?? false,
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    storageType: input.StorageType ?? 'gp2',
    iops: input.Iops,
    storageThroughput: input.StorageThroughput,
    maxStorageGiB: input.MaxAllocatedStorage,
    storageEncrypted: input.StorageEncrypted ?? false,
    kmsKeyId: input.KmsKeyId,
    publiclyAccessible: input.PubliclyAccessible ?? false,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    deletionProtection: input.DeletionProtection ?? false,
    monitoringInterval: input.MonitoringInterval ?? 0,
    monitoringRoleArn: input.MonitoringRoleArn,
    performanceInsights: input.EnablePerformanceInsights ?? false,
    iamAuthentication: input.EnableIAMDatabaseAuthentication ?? false,
    logExports: input.EnableCloudwatchLogsExports ?? [],
    certificateAuthority: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
    networkType: input.NetworkType ?? 'IPV4',
  }
}
