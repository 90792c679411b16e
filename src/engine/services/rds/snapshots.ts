import { AwsError } from '../../aws-error.ts'
import { checkIdentifier } from './checks.ts'
import type { RdsState } from './rds-state.ts'
import type { InstanceRecord, SnapshotRecord } from './records.ts'

/** Records a snapshot that is still to be taken. */
export function newSnapshot(
  state: RdsState,
  instance: InstanceRecord,
  wanted: { id: string | undefined; tags: Readonly<Record<string, string>> },
): SnapshotRecord {
  const id = checkIdentifier('DBSnapshotIdentifier', wanted.id, 255)
  const key = `${instance.region}/${id}`
  if (state.snapshots.has(key)) {
    throw new AwsError(
      'DBSnapshotAlreadyExists',
      `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
    )
  }
  const copied = instance.settings.copyTagsToSnapshot ? instance.tags : {}
  const record: SnapshotRecord = {
    id,
    region: instance.region,
    resourceId: `snap-${state.context.random.hex(8)}`,
    status: 'creating',
    createdAt: state.now(),
    type: 'manual',
    instance,
    tags: { ...copied, ...wanted.tags },
  }
  state.snapshots.put(key, record)
  return record
}
