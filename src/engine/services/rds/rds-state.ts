import type { Tag } from '@aws-sdk/client-rds'
import { createHash } from 'node:crypto'
import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import { instanceNotFound, notFound } from './errors.ts'
import type {
  EventRecord,
  InstanceRecord,
  ParameterGroupRecord,
  SnapshotRecord,
  SubnetGroupRecord,
} from './records.ts'

const MAX_EVENTS = 500

/** Everything that RDS keeps. */
export class RdsState {
  readonly context: EngineContext
  readonly instances: Collection<InstanceRecord>
  readonly subnetGroups: Collection<SubnetGroupRecord>
  readonly parameterGroups: Collection<ParameterGroupRecord>
  readonly snapshots: Collection<SnapshotRecord>
  readonly events: Collection<EventRecord>
  #eventNumber: number

  constructor(context: EngineContext) {
    this.context = context
    this.instances = context.store.collection('rds/instances')
    this.subnetGroups = context.store.collection('rds/subnet-groups')
    this.parameterGroups = context.store.collection('rds/parameter-groups')
    this.snapshots = context.store.collection('rds/snapshots')
    this.events = context.store.collection('rds/events')
    this.#eventNumber = Math.max(0, ...[...this.events.entries()].map(([key]) => Number(key)))
  }

  now(): number {
    return this.context.clock.now()
  }

  arn(region: string, kind: 'db' | 'subgrp' | 'pg' | 'snapshot', name: string): string {
    return `arn:aws:rds:${region}:${this.context.accountId}:${kind}:${name}`
  }

  /** The name of an instance's endpoint: private, and resolved by the engine's network only. */
  hostOf(region: string, id: string): string {
    const hash = createHash('sha256').update(`${this.context.accountId}/${region}`).digest('hex')
    return `${id}.c${hash.slice(0, 11)}.${region}.rds.internal`
  }

  instance(region: string, id: string | undefined): InstanceRecord {
    const wanted = nameOf(id)
    const record = this.instances.get(`${region}/${wanted}`)
    if (record === undefined) throw instanceNotFound(wanted)
    return record
  }

  putInstance(record: InstanceRecord): InstanceRecord {
    this.instances.put(`${record.region}/${record.id}`, record)
    return record
  }

  /** Changes an instance that may have gone meanwhile, or be another of the same name. */
  update(
    { region, id, resourceId }: InstanceRecord,
    changes: Partial<InstanceRecord>,
  ): InstanceRecord | undefined {
    const now = this.instances.get(`${region}/${id}`)
    return now?.resourceId === resourceId ? this.putInstance({ ...now, ...changes }) : undefined
  }

  subnetGroup(region: string, name: string | undefined): SubnetGroupRecord {
    const record = this.subnetGroups.get(`${region}/${(name ?? '').toLowerCase()}`)
    if (record !== undefined) return record
    throw notFound('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`)
  }

  snapshot(region: string, id: string | undefined): SnapshotRecord {
    const record = this.snapshots.get(`${region}/${nameOf(id)}`)
    if (record !== undefined) return record
    throw notFound('DBSnapshotNotFound', `DBSnapshot not found: ${id}`)
  }

  /** The names of all files that belong to an instance or a snapshot. */
  resourceIds(): ReadonlySet<string> {
    const records = [...this.instances.values(), ...this.snapshots.values()]
    return new Set(records.map(({ resourceId }) => resourceId))
  }

  note(event: Omit<EventRecord, 'at'>): void {
    this.#eventNumber += 1
    this.events.put(String(this.#eventNumber), { ...event, at: this.now() })
    if (this.events.size > MAX_EVENTS) {
      const [oldest] = this.events.entries()
      if (oldest !== undefined) this.events.delete(oldest[0])
    }
  }

  /** An event of an instance. */
  tell(record: InstanceRecord, message: string, ...categories: string[]): void {
    this.note({
      region: record.region,
      sourceId: record.id,
      sourceType: 'db-instance',
      sourceArn: this.arn(record.region, 'db', record.id),
      message,
      categories,
    })
  }
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))
}

/** A resource's own name: the request may give its ARN instead. */
function nameOf(id: string | undefined): string {
  const text = id ?? ''
  return (text.startsWith('arn:') ? text.slice(text.lastIndexOf(':') + 1) : text).toLowerCase()
}
