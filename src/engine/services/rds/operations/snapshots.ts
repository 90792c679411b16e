import type {
  CreateDBSnapshotCommandInput,
  DBSnapshot,
  DeleteDBSnapshotCommandInput,
  DescribeDBSnapshotsCommandInput,
  DescribeDBSnapshotsCommandOutput,
  RestoreDBInstanceFromDBSnapshotCommandInput,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { checkIdentifier, checkPort } from '../checks.ts'
import { describeInstance } from '../describe-instance.ts'
import { familyOf } from '../engine-versions.ts'
import { invalidState } from '../errors.ts'
import type { InstanceController } from '../instance-controller.ts'
import { checkClass, checkFree, checkGroups, checkParameterGroup } from '../new-instance.ts'
import { page } from '../page.ts'
import { tagList, tagsOf, type RdsState } from '../rds-state.ts'
import type { InstanceRecord, SnapshotRecord } from '../records.ts'
import { newSnapshot } from '../snapshots.ts'

export function snapshotOperations(
  state: RdsState,
  controller: InstanceController,
): OperationTable {
  return {
    CreateDBSnapshot: (input: CreateDBSnapshotCommandInput, call: Call) => {
      const instance = state.instance(call.region, input.DBInstanceIdentifier)
      if (instance.status !== 'available' && instance.status !== 'stopped') {
        throw invalidState(
          `Cannot create a snapshot because the database instance ${instance.id} is not currently ` +
            'in the available state.',
        )
      }
      const snapshot = newSnapshot(state, instance, {
        id: input.DBSnapshotIdentifier,
        tags: tagsOf(input.Tags),
      })
      controller.snapshot(instance, snapshot.id)
      return { DBSnapshot: describe(state, snapshot) }
    },

    DescribeDBSnapshots: (
      input: DescribeDBSnapshotsCommandInput,
      call: Call,
    ): Output<DescribeDBSnapshotsCommandOutput> => {
      const found =
        input.DBSnapshotIdentifier === undefined
          ? [...state.snapshots.values()].filter(({ region }) => region === call.region)
          : [state.snapshot(call.region, input.DBSnapshotIdentifier)]
      const instanceId = input.DBInstanceIdentifier?.toLowerCase()
      const matching = found
        .filter(({ instance }) => instanceId === undefined || instance.id === instanceId)
        .filter(({ type }) => input.SnapshotType === undefined || type === input.SnapshotType)
      const { items, Marker } = page(matching, input)
      return { DBSnapshots: items.map((snapshot) => describe(state, snapshot)), Marker }
    },

    DeleteDBSnapshot: async (input: DeleteDBSnapshotCommandInput, call: Call) => {
      const snapshot = state.snapshot(call.region, input.DBSnapshotIdentifier)
      if (snapshot.status === 'creating') {
        throw new AwsError(
          'InvalidDBSnapshotState',
          `Cannot delete the snapshot because it is not currently in the available or failed state.`,
        )
      }
      await controller.removeSnapshot(snapshot.resourceId)
      state.snapshots.delete(`${call.region}/${snapshot.id}`)
      return { DBSnapshot: describe(state, snapshot) }
    },

    RestoreDBInstanceFromDBSnapshot: async (
      input: RestoreDBInstanceFromDBSnapshotCommandInput,
      call: Call,
    ) => {
      const record = await restored(state, input, call)
      checkFree(state, call.region, record.id)
      state.putInstance(record)
      controller.create(record)
      return { DBInstance: describeInstance(state, record) }
    },
  }
}

/** The record of an instance like the snapshot's, with what the request says otherwise. */
async function restored(
  state: RdsState,
  input: RestoreDBInstanceFromDBSnapshotCommandInput,
  { region }: Call,
): Promise<InstanceRecord> {
  const snapshot = state.snapshot(region, input.DBSnapshotIdentifier)
  if (snapshot.status !== 'available') {
    throw new AwsError(
      'InvalidDBSnapshotState',
      'Cannot restore from a snapshot that is not in the available state.',
    )
  }
  const { instance } = snapshot
  const id = checkIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier)
  const group = state.subnetGroup(region, input.DBSubnetGroupName ?? instance.subnetGroup)
  const groupIds = await checkGroups(state, region, {
    groupIds: input.VpcSecurityGroupIds ?? [],
    vpcId: group.vpcId,
  })
  return {
    ...instance,
    id,
    resourceId: `db-${state.context.random.hex(13).toUpperCase()}`,
    status: 'creating',
    failure: undefined,
    createdAt: state.now(),
    instanceClass: checkClass(
      input.DBInstanceClass ?? instance.instanceClass,
      instance.engineVersion,
    ),
    masterSecretArn: undefined,
    port: checkPort(input.Port ?? instance.port),
    host: state.hostOf(region, id),
    subnetGroup: group.name,
    vpcId: group.vpcId,
    zone: input.AvailabilityZone ?? group.subnets[0]?.zone ?? '',
    groupIds,
    networkInterface: undefined,
    parameterGroup: checkParameterGroup(state, region, {
      name: input.DBParameterGroupName,
      family: familyOf(instance.engineVersion),
    }),
    pendingReboot: false,
    pending: {},
    settings: {
      ...instance.settings,
      multiAz: input.MultiAZ ?? false,
      publiclyAccessible: input.PubliclyAccessible ?? false,
      deletionProtection: input.DeletionProtection ?? false,
    },
    tags: input.Tags === undefined ? snapshot.tags : tagsOf(input.Tags),
    snapshot: snapshot.resourceId,
    finalSnapshot: undefined,
  }
}

function describe(state: RdsState, snapshot: SnapshotRecord): DBSnapshot {
  const { instance, region, id, status } = snapshot
  return {
    DBSnapshotIdentifier: id,
    DBSnapshotArn: state.arn(region, 'snapshot', id),
    DBInstanceIdentifier: instance.id,
    DbiResourceId: instance.resourceId,
    SnapshotType: snapshot.type,
    Status: status,
    PercentProgress: status === 'available' ? 100 : 0,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    InstanceCreateTime: new Date(instance.createdAt),
    Engine: 'postgres',
    EngineVersion: instance.engineVersion,
    LicenseModel: 'postgresql-license',
    AllocatedStorage: instance.storageGiB,
    StorageType: instance.settings.storageType,
    MasterUsername: instance.masterUser,
    Port: instance.port,
    AvailabilityZone: instance.zone,
    VpcId: instance.vpcId,
    Encrypted: instance.settings.storageEncrypted,
    IAMDatabaseAuthenticationEnabled: instance.settings.iamAuthentication,
    TagList: tagList(snapshot.tags),
  }
}
