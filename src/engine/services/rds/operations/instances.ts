import type {
  CreateDBInstanceCommandInput,
  CreateDBInstanceCommandOutput,
  DeleteDBInstanceCommandInput,
  DeleteDBInstanceCommandOutput,
  DescribeDBInstancesCommandInput,
  DescribeDBInstancesCommandOutput,
  RebootDBInstanceCommandInput,
  StartDBInstanceCommandInput,
  StopDBInstanceCommandInput,
} from '@aws-sdk/client-rds'
import type { Call, OperationTable, Output } from '../../service.ts'
import { describeInstance } from '../describe-instance.ts'
import { invalidCombination, invalidState, invalidValue } from '../errors.ts'
import type { InstanceController } from '../instance-controller.ts'
import { deleteMasterSecret } from '../master-password.ts'
import { newInstance } from '../new-instance.ts'
import { page } from '../page.ts'
import type { RdsState } from '../rds-state.ts'
import type { InstanceRecord, InstanceStatus } from '../records.ts'
import { newSnapshot } from '../snapshots.ts'

export function instanceOperations(
  state: RdsState,
  controller: InstanceController,
): OperationTable {
  return {
    CreateDBInstance: async (
      input: CreateDBInstanceCommandInput,
      call: Call,
    ): Promise<Output<CreateDBInstanceCommandOutput>> => {
      const record = await newInstance(state, controller.databases, { input, call })
      state.putInstance(record)
      controller.create(record)
      return { DBInstance: describeInstance(state, record) }
    },

    DescribeDBInstances: (
      input: DescribeDBInstancesCommandInput,
      call: Call,
    ): Output<DescribeDBInstancesCommandOutput> => {
      const found =
        input.DBInstanceIdentifier === undefined
          ? [...state.instances.values()].filter(({ region }) => region === call.region)
          : [state.instance(call.region, input.DBInstanceIdentifier)]
      const matching = found.filter((record) =>
        (input.Filters ?? []).every(({ Name = '', Values = [] }) =>
          Values.includes(filterValue(record, Name)),
        ),
      )
      const { items, Marker } = page(matching, input)
      return { DBInstances: items.map((record) => describeInstance(state, record)), Marker }
    },

    DeleteDBInstance: async (
      input: DeleteDBInstanceCommandInput,
      call: Call,
    ): Promise<Output<DeleteDBInstanceCommandOutput>> => {
      const record = state.instance(call.region, input.DBInstanceIdentifier)
      const finalSnapshot = checkDeletion(state, record, input)
      const { region, masterSecretArn: secretArn } = record
      if (secretArn !== undefined) await deleteMasterSecret(state, { region, secretArn })
      const deleting = state.putInstance({ ...record, status: 'deleting', finalSnapshot })
      controller.delete(deleting)
      return { DBInstance: describeInstance(state, deleting) }
    },

    ...powerOperations(state, controller),
  }
}

function filterValue(record: InstanceRecord, name: string): string {
  switch (name) {
    case 'db-instance-id':
      return record.id
    case 'dbi-resource-id':
      return record.resourceId
    case 'engine':
      return 'postgres'
    case 'db-cluster-id':
    case 'domain':
      return ''
    default:
      throw invalidValue(`Unrecognized filter name: ${name}`)
  }
}

/** Whether the instance may go, and the snapshot that is to be taken before. */
function checkDeletion(
  state: RdsState,
  record: InstanceRecord,
  input: DeleteDBInstanceCommandInput,
): string | undefined {
  if (record.status === 'deleting') {
    throw invalidState(`Instance ${record.id} is already being deleted.`)
  }
  if (record.settings.deletionProtection) {
    throw invalidCombination(
      'Cannot delete protected DB Instance, please disable deletion protection and try again.',
    )
  }
  const snapshotId = input.FinalDBSnapshotIdentifier
  if (input.SkipFinalSnapshot === true) {
    if (snapshotId === undefined) return undefined
    throw invalidCombination(
      'FinalDBSnapshotIdentifier cannot be specified when deleting a DB instance and skipping the ' +
        'final snapshot.',
    )
  }
  if (snapshotId === undefined) {
    throw invalidCombination(
      'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
    )
  }
  if (record.status === 'creating' || record.status === 'failed') {
    throw invalidState(
      `Cannot create a snapshot because the database instance ${record.id} is not currently in the ` +
        'available state.',
    )
  }
  return newSnapshot(state, record, { id: snapshotId, tags: {} }).id
}

function powerOperations(state: RdsState, controller: InstanceController): OperationTable {
  const change = (
    { input, call }: { input: { DBInstanceIdentifier: string | undefined }; call: Call },
    from: InstanceStatus,
    to: InstanceStatus,
  ): InstanceRecord => {
    const record = state.instance(call.region, input.DBInstanceIdentifier)
    if (record.status !== from) {
      throw invalidState(`Instance ${record.id} is not in ${from} state.`)
    }
    return state.putInstance({ ...record, status: to })
  }
  return {
    StartDBInstance: (input: StartDBInstanceCommandInput, call: Call) => {
      const record = change({ input, call }, 'stopped', 'starting')
      controller.start(record)
      return { DBInstance: describeInstance(state, record) }
    },

    StopDBInstance: (input: StopDBInstanceCommandInput, call: Call) => {
      const record = change({ input, call }, 'available', 'stopping')
      if (input.DBSnapshotIdentifier !== undefined) {
        const { id } = newSnapshot(state, record, { id: input.DBSnapshotIdentifier, tags: {} })
        controller.snapshot(record, id)
      }
      controller.stopInstance(record)
      return { DBInstance: describeInstance(state, record) }
    },

    RebootDBInstance: (input: RebootDBInstanceCommandInput, call: Call) => {
      if (input.ForceFailover === true) {
        throw invalidCombination('Cannot force failover: the DB instance has no standby here.')
      }
      const record = change({ input, call }, 'available', 'rebooting')
      controller.reboot(record)
      return { DBInstance: describeInstance(state, record) }
    },
  }
}
