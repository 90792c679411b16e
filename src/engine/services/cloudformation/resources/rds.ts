import type {
  CreateDBInstanceCommandInput,
  ModifyDBInstanceCommandInput,
  Parameter,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import { awaitState } from './await-state.ts'
import type {
  Attributes,
  ExistingRequest,
  Properties,
  ResourceHandler,
  ResourceRequest,
  UpdateRequest,
} from './handler.ts'
import { group, list, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'
import { isOwn, tagChanges, tagsOf } from './tags.ts'

const INSTANCE_LIMIT_MS = 2 * 3600_000
/** Of the properties that the schema leaves open, those whose change makes a new instance. */
const REPLACING = new Set([
  'AvailabilityZone',
  'DBSnapshotIdentifier',
  'Engine',
  'SourceDBInstanceIdentifier',
])
const FAILED = new Set(['failed', 'incompatible-parameters', 'incompatible-network'])

const SHARED = [
  'AutoMinorVersionUpgrade',
  'BackupRetentionPeriod',
  'CACertificateIdentifier',
  'CopyTagsToSnapshot',
  'DBInstanceClass',
  'DBParameterGroupName',
  'DeletionProtection',
  'EnableIAMDatabaseAuthentication',
  'EngineVersion',
  'Iops',
  'ManageMasterUserPassword',
  'MasterUserPassword',
  'MaxAllocatedStorage',
  'MonitoringInterval',
  'MonitoringRoleArn',
  'MultiAZ',
  'NetworkType',
  'OptionGroupName',
  'PreferredBackupWindow',
  'PreferredMaintenanceWindow',
  'PubliclyAccessible',
  'StorageThroughput',
  'StorageType',
] as const

const CREATE_ONLY = [
  'AvailabilityZone',
  'CharacterSetName',
  'DBName',
  'DBSubnetGroupName',
  'EnableCloudwatchLogsExports',
  'EnablePerformanceInsights',
  'KmsKeyId',
  'LicenseModel',
  'MasterUsername',
  'PerformanceInsightsRetentionPeriod',
  'StorageEncrypted',
  'Timezone',
] as const

const dbInstance: ResourceHandler = {
  type: 'AWS::RDS::DBInstance',
  async create(request) {
    const { properties } = request
    const Port = numberOf(properties, 'Port')
    const DBInstanceIdentifier = identifierOf(request)
    await request.calls.rds.createDBInstance({
      ...part<CreateDBInstanceCommandInput>(properties, [...SHARED, ...CREATE_ONLY]),
      ...converted(properties),
      ...(Port === undefined ? {} : { Port }),
      DBInstanceIdentifier,
      DBInstanceClass: text(properties, 'DBInstanceClass'),
      Engine: text(properties, 'Engine'),
      Tags: tagsOf(properties),
    })
    return { physicalId: DBInstanceIdentifier }
  },
  async find(request) {
    const DBInstanceIdentifier = identifierOf(request)
    const { DBInstances = [] } = await request.calls.rds.describeDBInstances({
      DBInstanceIdentifier,
    })
    return isOwn(request, DBInstances[0]?.TagList)
      ? { physicalId: DBInstanceIdentifier }
      : undefined
  },
  async update(request) {
    await request.calls.rds.modifyDBInstance({
      ...part<ModifyDBInstanceCommandInput>(request.properties, SHARED),
      ...converted(request.properties),
      DBInstanceIdentifier: request.physicalId,
      ApplyImmediately: true,
    })
    await updateRdsTags(request, text(request.attributes, 'DBInstanceArn'))
    return request.attributes
  },
  stabilize: untilAvailable,
  replaces: ({ changed }) => changed.some((name) => REPLACING.has(name)),
  async delete(request) {
    const { calls, physicalId: DBInstanceIdentifier, snapshot } = request
    await calls.rds.deleteDBInstance({
      DBInstanceIdentifier,
      SkipFinalSnapshot: !snapshot,
      DeleteAutomatedBackups: request.properties['DeleteAutomatedBackups'] !== false,
      ...(snapshot
        ? {
            FinalDBSnapshotIdentifier: request
              .generatedName({ maxLength: 255, lowercase: true })
              .replace(/^/, 'snapshot-'),
          }
        : {}),
    })
    await awaitState({ ...request, limitMs: INSTANCE_LIMIT_MS }, async () =>
      (await instance(request)) === undefined ? true : undefined,
    )
  },
}

function identifierOf(request: ResourceRequest): string {
  return (
    optionalText(request.properties, 'DBInstanceIdentifier') ??
    request.generatedName({ maxLength: 63, lowercase: true })
  )
}

function converted(properties: Properties): Partial<ModifyDBInstanceCommandInput> {
  const AllocatedStorage = numberOf(properties, 'AllocatedStorage')
  const groups = properties['VPCSecurityGroups']
  return {
    ...(AllocatedStorage === undefined ? {} : { AllocatedStorage }),
    ...(groups === undefined
      ? {}
      : { VpcSecurityGroupIds: [...list<string>(properties, 'VPCSecurityGroups')] }),
  }
}

function numberOf(properties: Properties, name: string): number | undefined {
  const value = properties[name]
  return value === undefined ? undefined : Number(value)
}

async function instance({ calls, physicalId }: ExistingRequest) {
  try {
    const { DBInstances = [] } = await calls.rds.describeDBInstances({
      DBInstanceIdentifier: physicalId,
    })
    return DBInstances[0]
  } catch (error) {
    if (error instanceof AwsError && error.code.startsWith('DBInstanceNotFound')) return undefined
    throw error
  }
}

function untilAvailable(request: ExistingRequest): Promise<Attributes> {
  return awaitState({ ...request, limitMs: INSTANCE_LIMIT_MS }, async () => {
    const found = await instance(request)
    const status = found?.DBInstanceStatus
    if (found === undefined) throw new AwsError('NotFound', `${request.physicalId} not found`)
    if (status !== undefined && FAILED.has(status))
      throw new AwsError('GeneralServiceException', `DB instance is in state ${status}`)
    if (status !== 'available') return undefined
    return {
      DBInstanceArn: found.DBInstanceArn ?? '',
      DbiResourceId: found.DbiResourceId ?? '',
      DBInstanceStatus: status,
      'Endpoint.Address': found.Endpoint?.Address ?? '',
      'Endpoint.Port': String(found.Endpoint?.Port ?? ''),
      'Endpoint.HostedZoneId': found.Endpoint?.HostedZoneId ?? '',
      'MasterUserSecret.SecretArn': found.MasterUserSecret?.SecretArn ?? '',
    }
  })
}

const dbSubnetGroup: ResourceHandler = {
  type: 'AWS::RDS::DBSubnetGroup',
  async create(request) {
    const { properties } = request
    const { DBSubnetGroup } = await request.calls.rds.createDBSubnetGroup({
      DBSubnetGroupName: (
        optionalText(properties, 'DBSubnetGroupName') ?? request.generatedName({ maxLength: 255 })
      ).toLowerCase(),
      DBSubnetGroupDescription: text(properties, 'DBSubnetGroupDescription'),
      SubnetIds: [...list<string>(properties, 'SubnetIds')],
      Tags: tagsOf(properties),
    })
    return {
      physicalId: required(DBSubnetGroup?.DBSubnetGroupName, 'DBSubnetGroupName'),
      attributes: { DBSubnetGroupArn: DBSubnetGroup?.DBSubnetGroupArn ?? '' },
    }
  },
  async update(request) {
    await request.calls.rds.modifyDBSubnetGroup({
      DBSubnetGroupName: request.physicalId,
      DBSubnetGroupDescription: text(request.properties, 'DBSubnetGroupDescription'),
      SubnetIds: [...list<string>(request.properties, 'SubnetIds')],
    })
    await updateRdsTags(request, text(request.attributes, 'DBSubnetGroupArn'))
  },
  async delete({ calls, physicalId }) {
    await calls.rds.deleteDBSubnetGroup({ DBSubnetGroupName: physicalId })
  },
}

const dbParameterGroup: ResourceHandler = {
  type: 'AWS::RDS::DBParameterGroup',
  async create(request) {
    const { properties } = request
    const { DBParameterGroup } = await request.calls.rds.createDBParameterGroup({
      DBParameterGroupName: (
        optionalText(properties, 'DBParameterGroupName') ??
        request.generatedName({ maxLength: 255 })
      ).toLowerCase(),
      DBParameterGroupFamily: text(properties, 'Family'),
      Description: text(properties, 'Description'),
      Tags: tagsOf(properties),
    })
    const name = required(DBParameterGroup?.DBParameterGroupName, 'DBParameterGroupName')
    return {
      physicalId: name,
      attributes: {
        DBParameterGroupName: name,
        DBParameterGroupArn: DBParameterGroup?.DBParameterGroupArn ?? '',
      },
    }
  },
  stabilize: putParameters,
  async update(request) {
    const wanted = group(request.properties, 'Parameters')
    const dropped = Object.keys(group(request.before, 'Parameters')).filter(
      (name) => wanted[name] === undefined,
    )
    if (dropped.length > 0)
      await request.calls.rds.resetDBParameterGroup({
        DBParameterGroupName: request.physicalId,
        Parameters: dropped.map((ParameterName) => ({ ParameterName, ApplyMethod: 'immediate' })),
      })
    await updateRdsTags(request, text(request.attributes, 'DBParameterGroupArn'))
  },
  async delete({ calls, physicalId }) {
    await calls.rds.deleteDBParameterGroup({ DBParameterGroupName: physicalId })
  },
}

async function putParameters({ calls, physicalId, properties }: ExistingRequest): Promise<void> {
  const parameters = Object.entries(group(properties, 'Parameters')).map(
    ([ParameterName, value]): Parameter => ({
      ParameterName,
      ParameterValue: String(value),
      ApplyMethod: 'pending-reboot',
    }),
  )
  // AWS: ModifyDBParameterGroup takes at most 20 parameters a call.
  for (let i = 0; i < parameters.length; i += 20)
    await calls.rds.modifyDBParameterGroup({
      DBParameterGroupName: physicalId,
      Parameters: parameters.slice(i, i + 20),
    })
}

async function updateRdsTags(request: UpdateRequest, ResourceName: string): Promise<void> {
  const { set, removed } = tagChanges(tagsOf(request.before), tagsOf(request.properties))
  if (removed.length > 0)
    await request.calls.rds.removeTagsFromResource({ ResourceName, TagKeys: removed })
  if (set.length > 0) await request.calls.rds.addTagsToResource({ ResourceName, Tags: set })
}

export const rdsHandlers = [dbInstance, dbSubnetGroup, dbParameterGroup]
