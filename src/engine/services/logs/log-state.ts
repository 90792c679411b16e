import type { EngineContext } from '../service.ts'
import { groupNotFound, streamNotFound } from './errors.ts'
import { EventTable } from './event-table.ts'
import type { LogGroupRecord, LogStreamRecord, MetricFilterRecord } from './records.ts'

const DAY_MS = 86_400_000

/** The records of CloudWatch Logs, and the few questions that every operation asks of them. */
export class LogState {
  readonly context: EngineContext
  readonly groups
  readonly streams
  readonly metricFilters
  readonly events: EventTable
  /** Streams of each group, so that a group's events are found without looking at all streams. */
  readonly #byGroup = new Map<string, Map<string, LogStreamRecord>>()
  #lastStreamId = 0

  constructor(context: EngineContext) {
    this.context = context
    this.groups = context.store.collection<LogGroupRecord>('logs/groups')
    this.streams = context.store.collection<LogStreamRecord>('logs/streams')
    this.metricFilters = context.store.collection<MetricFilterRecord>('logs/metric-filters')
    this.events = new EventTable(context.store)
    for (const [key, stream] of this.streams.entries()) this.#index(regionOf(key), stream)
  }

  /** Wall-clock milliseconds, the unit of this API. */
  now(): number {
    return this.context.clock.toWall(this.context.clock.now()).getTime()
  }

  group(region: string, name: string | undefined): LogGroupRecord {
    const group = this.groups.get(`${region}/${name ?? ''}`)
    if (group === undefined) throw groupNotFound()
    return group
  }

  /** By name or by ARN, as `logGroupIdentifier` takes both. */
  groupByIdentifier(
    region: string,
    name: string | undefined,
    identifier: string | undefined,
  ): LogGroupRecord {
    const given = name ?? identifier ?? ''
    const match = /^arn:[^:]+:logs:[^:]+:[^:]*:log-group:([^:]+)/.exec(given)
    return this.group(region, match?.[1] ?? given)
  }

  stream(region: string, group: string, name: string | undefined): LogStreamRecord {
    const stream = this.streams.get(streamKey(region, group, name ?? ''))
    if (stream === undefined) throw streamNotFound()
    return stream
  }

  streamsOf(region: string, group: string): LogStreamRecord[] {
    return [...(this.#byGroup.get(`${region}/${group}`)?.values() ?? [])]
  }

  putStream(region: string, stream: LogStreamRecord): void {
    this.streams.put(streamKey(region, stream.group, stream.name), stream)
    this.#index(region, stream)
  }

  deleteStream(region: string, stream: LogStreamRecord): void {
    this.streams.delete(streamKey(region, stream.group, stream.name))
    this.#byGroup.get(`${region}/${stream.group}`)?.delete(stream.name)
    this.events.deleteStream(stream.id)
  }

  nextStreamId(): number {
    this.#lastStreamId += 1
    return this.#lastStreamId
  }

  /** The oldest event that the group's retention still shows. */
  oldestShown(group: LogGroupRecord): number {
    return group.retentionDays === undefined ? 0 : this.now() - group.retentionDays * DAY_MS
  }

  #index(region: string, stream: LogStreamRecord): void {
    const key = `${region}/${stream.group}`
    const streams = this.#byGroup.get(key) ?? new Map<string, LogStreamRecord>()
    streams.set(stream.name, stream)
    this.#byGroup.set(key, streams)
    this.#lastStreamId = Math.max(this.#lastStreamId, stream.id)
  }
}

/** A group's name may hold slashes, a stream's too; a stream's cannot hold a colon. */
function streamKey(region: string, group: string, stream: string): string {
  return `${region}/${group}:${stream}`
}

function regionOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
