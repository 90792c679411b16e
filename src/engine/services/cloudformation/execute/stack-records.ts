import type { Clock } from '../../../clock/clock.ts'
import type { Random } from '../../../random.ts'
import { uuid } from '../../../random.ts'
import type { Collection, Store } from '../../../store/store.ts'
import type {
  ChangeSetRecord,
  DiscardRecord,
  EventRecord,
  ResourceRecord,
  SignalRecord,
  StackRecord,
} from '../records.ts'
import { maskSecrets } from '../template/no-echo.ts'
import type { ValueMap } from '../template/value.ts'
import { GroupedRecords } from './grouped-records.ts'

export interface ResourceEvent {
  readonly logicalId: string
  readonly type: string
  readonly physicalId: string | undefined
  readonly status: string
  readonly reason?: string | undefined
  readonly properties?: ValueMap
}

const STACK_TYPE = 'AWS::CloudFormation::Stack'

/** Everything that the service remembers, and the events that every change of state leaves. */
export class StackRecords {
  readonly stacks: Collection<StackRecord>
  readonly resources: GroupedRecords<ResourceRecord>
  readonly discards: GroupedRecords<DiscardRecord>
  readonly signals: GroupedRecords<SignalRecord>
  readonly changeSets: GroupedRecords<ChangeSetRecord>
  readonly events: GroupedRecords<EventRecord>
  /** Called after each event, to tell those who want to be notified. */
  onEvent: (stack: StackRecord, event: EventRecord) => void = () => {}
  readonly #clock: Clock
  readonly #random: Random

  constructor(store: Store, clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
    this.stacks = store.collection('cloudformation/stacks')
    this.resources = new GroupedRecords(
      store.collection('cloudformation/resources'),
      ({ logicalId }) => logicalId,
    )
    this.discards = new GroupedRecords(
      store.collection('cloudformation/discards'),
      ({ logicalId, physicalId }) => `${logicalId}/${physicalId}`,
    )
    this.signals = new GroupedRecords(
      store.collection('cloudformation/signals'),
      ({ logicalId, uniqueId }) => `${logicalId}/${uniqueId}`,
    )
    this.changeSets = new GroupedRecords(
      store.collection('cloudformation/change-sets'),
      ({ changeSetId }) => changeSetId,
    )
    this.events = new GroupedRecords(
      store.collection('cloudformation/events'),
      ({ eventId }) => eventId,
    )
  }

  stack(stackId: string): StackRecord {
    const found = this.stacks.get(stackKey(stackId))
    if (found === undefined) throw new Error(`There is no stack ${stackId}`)
    return found
  }

  putStack(stack: StackRecord): void {
    this.stacks.put(stackKey(stack.stackId), stack)
  }

  /** Replaces members of a stack's record. */
  patchStack(stackId: string, members: Partial<StackRecord>): StackRecord {
    const stack = { ...this.stack(stackId), ...members }
    this.putStack(stack)
    return stack
  }

  /** Moves a stack to another status and writes its event. */
  setStackStatus(stackId: string, status: string, reason?: string): void {
    const stack = this.patchStack(stackId, { status, statusReason: reason })
    this.#append(stack, {
      logicalId: stack.stackName,
      type: STACK_TYPE,
      physicalId: stackId,
      status,
      reason,
    })
  }

  /** Writes a resource's event. */
  resourceEvent(stackId: string, event: ResourceEvent): void {
    this.#append(this.stack(stackId), event)
  }

  /** Puts a resource's record and writes the event that goes with its status. */
  setResource(record: ResourceRecord, reason?: string): void {
    const updated = { ...record, statusReason: reason, updatedAt: this.#clock.now() }
    this.resources.put(updated)
    this.resourceEvent(record.stackId, {
      logicalId: record.logicalId,
      type: record.type,
      physicalId: record.physicalId,
      status: record.status,
      reason,
      properties: record.properties,
    })
  }

  /** Removes a stack and all that belongs to it. */
  forget(stackId: string): void {
    for (const group of [this.resources, this.discards, this.signals, this.changeSets, this.events])
      group.clear(stackId)
    this.stacks.delete(stackKey(stackId))
  }

  newId(): string {
    return uuid(this.#random)
  }

  /** Twelve capitals and digits, the end of a generated name. */
  newSuffix(): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
    return Array.from({ length: 12 }, () =>
      letters.charAt(Math.floor(this.#random.next() * letters.length)),
    ).join('')
  }

  #append(stack: StackRecord, event: ResourceEvent): void {
    const { logicalId, status, type, physicalId, reason, properties } = event
    const isStack = type === STACK_TYPE
    const record: EventRecord = {
      eventId: isStack ? this.newId() : `${logicalId}-${status}-${this.newId()}`,
      stackId: stack.stackId,
      stackName: stack.stackName,
      logicalId,
      physicalId: physicalId ?? '',
      type,
      at: this.#clock.now(),
      status,
      reason: reason === undefined ? undefined : maskSecrets(reason),
      token: stack.operation?.token,
      properties: properties === undefined ? undefined : maskSecrets(JSON.stringify(properties)),
    }
    this.events.put(record)
    this.onEvent(stack, record)
  }
}

/** `us-east-1/arn:aws:cloudformation:us-east-1:…` */
export function stackKey(stackId: string): string {
  const [, , , region = ''] = stackId.split(':')
  return `${region}/${stackId}`
}
