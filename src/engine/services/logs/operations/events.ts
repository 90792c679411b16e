import type {
  FilterLogEventsCommandInput,
  FilterLogEventsCommandOutput,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
  InputLogEvent,
  PutLogEventsCommandInput,
  PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter } from '../errors.ts'
import type { StoredEvent } from '../event-table.ts'
import { filterPattern } from '../filter-pattern.ts'
import type { LogState } from '../log-state.ts'
import { publishMetrics } from '../metric-filters.ts'
import type { LogGroupRecord, LogStreamRecord } from '../records.ts'

const MAX_BATCH_EVENTS = 10_000
const MAX_BATCH_BYTES = 1_048_576
const EVENT_OVERHEAD_BYTES = 26
const MAX_PAGE_BYTES = 1_048_576
const MAX_PAGE_EVENTS = 10_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TOO_OLD_MS = 14 * DAY_MS
const TOO_NEW_MS = 2 * HOUR_MS

export function eventOperations(state: LogState): OperationTable {
  return {
    PutLogEvents: (input: PutLogEventsCommandInput, call: Call) => putLogEvents(state, input, call),
    GetLogEvents: (input: GetLogEventsCommandInput, call: Call) => getLogEvents(state, input, call),
    FilterLogEvents: (input: FilterLogEventsCommandInput, call: Call) =>
      filterLogEvents(state, input, call),
  }
}

/** Limits: Amazon CloudWatch Logs API Reference, "PutLogEvents". */
function putLogEvents(
  state: LogState,
  input: PutLogEventsCommandInput,
  call: Call,
): Output<PutLogEventsCommandOutput> {
  const group = state.group(call.region, input.logGroupName)
  const stream = state.stream(call.region, group.name, input.logStreamName)
  const events = input.logEvents ?? []
  checkBatch(events)
  const now = state.now()
  const expired = state.oldestShown(group)
  const tooOld = countWhile(events, (time) => time < now - TOO_OLD_MS && time >= expired)
  const expiredCount = countWhile(events, (time) => time < expired)
  const firstTooNew = events.findIndex(({ timestamp = 0 }) => timestamp > now + TOO_NEW_MS)
  const accepted = events
    .slice(Math.max(tooOld, expiredCount), firstTooNew < 0 ? undefined : firstTooNew)
    .map(({ timestamp = 0, message = '' }) => ({ timestamp, message }))
  store(state, { stream, call, now }, accepted)
  publishMetrics(state, call, { group, events: accepted })
  return {
    nextSequenceToken: String(stream.id).padStart(56, '0'),
    ...(accepted.length === events.length
      ? {}
      : {
          rejectedLogEventsInfo: {
            ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
            ...(expiredCount > 0 ? { expiredLogEventEndIndex: expiredCount } : {}),
            ...(firstTooNew >= 0 ? { tooNewLogEventStartIndex: firstTooNew } : {}),
          },
        }),
  }
}

function store(
  state: LogState,
  { stream, call, now }: { stream: LogStreamRecord; call: Call; now: number },
  events: readonly { timestamp: number; message: string }[],
): void {
  if (events.length === 0) return
  state.events.append(stream.id, events, now)
  const first = events[0]?.timestamp ?? now
  const last = events.at(-1)?.timestamp ?? now
  state.putStream(call.region, {
    ...stream,
    firstEventAt: Math.min(stream.firstEventAt ?? first, first),
    lastEventAt: Math.max(stream.lastEventAt ?? last, last),
    lastIngestedAt: now,
  })
}

function checkBatch(events: readonly InputLogEvent[]): void {
  if (events.length === 0) {
    throw invalidParameter(
      "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  }
  if (events.length > MAX_BATCH_EVENTS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request must not be larger than 10,000 events.',
    )
  }
  let bytes = 0
  let previous = 0
  for (const { timestamp = 0, message = '' } of events) {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES
    if (timestamp < previous) {
      throw invalidParameter(
        'Log events in a single PutLogEvents request must be in chronological order.',
      )
    }
    previous = timestamp
  }
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`)
  }
  if (previous - (events[0]?.timestamp ?? 0) > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    )
  }
}

function countWhile(
  events: readonly InputLogEvent[],
  matches: (timestamp: number) => boolean,
): number {
  const end = events.findIndex(({ timestamp = 0 }) => !matches(timestamp))
  return end < 0 ? events.length : end
}

/** A position: `f/` reads on to newer events, `b/` back to older ones. */
const TOKEN = /^([fb])\/(\d+)\/(\d+)$/

function getLogEvents(
  state: LogState,
  input: GetLogEventsCommandInput,
  call: Call,
): Output<GetLogEventsCommandOutput> {
  const group = state.groupByIdentifier(call.region, input.logGroupName, input.logGroupIdentifier)
  const stream = state.stream(call.region, group.name, input.logStreamName)
  const token = input.nextToken === undefined ? undefined : TOKEN.exec(input.nextToken)
  if (token === null) throw invalidParameter('The specified nextToken is invalid.')
  const backward = token === undefined ? input.startFromHead !== true : token[1] === 'b'
  const after = token && { timestamp: Number(token[2]), id: Number(token[3]) }
  const found = takePage(
    state.events.scan({
      streamIds: [stream.id],
      from: Math.max(input.startTime ?? 0, state.oldestShown(group)),
      to: input.endTime ?? Number.MAX_SAFE_INTEGER,
      after,
      descending: backward,
    }),
    input.limit ?? MAX_PAGE_EVENTS,
  ).events
  if (backward) found.reverse()
  const at = after ?? { timestamp: 0, id: 0 }
  const first = found[0] ?? at
  const last = found.at(-1) ?? at
  return {
    events: found.map(({ timestamp, message, ingestedAt }) => ({
      timestamp,
      message,
      ingestionTime: ingestedAt,
    })),
    nextForwardToken: `f/${last.timestamp}/${last.id}`,
    nextBackwardToken: `b/${first.timestamp}/${first.id}`,
  }
}

function filterLogEvents(
  state: LogState,
  input: FilterLogEventsCommandInput,
  call: Call,
): Output<FilterLogEventsCommandOutput> {
  const group = state.groupByIdentifier(call.region, input.logGroupName, input.logGroupIdentifier)
  const streams = chosenStreams(state, { group, input, call })
  const names = new Map(streams.map(({ id, name }) => [id, name]))
  const token = input.nextToken === undefined ? undefined : TOKEN.exec(input.nextToken)
  if (token === null) throw invalidParameter('The specified nextToken is invalid.')
  const matches = filterPattern(input.filterPattern)
  const scan = state.events.scan({
    streamIds: streams.map(({ id }) => id),
    from: Math.max(input.startTime ?? 0, state.oldestShown(group)),
    // Unlike GetLogEvents, this operation includes events at endTime.
    to: (input.endTime ?? Number.MAX_SAFE_INTEGER - 1) + 1,
    after: token && { timestamp: Number(token[2]), id: Number(token[3]) },
  })
  const { events, more } = takePage(scan, input.limit ?? MAX_PAGE_EVENTS, matches)
  const last = events.at(-1)
  return {
    events: events.map((event) => ({
      logStreamName: names.get(event.streamId),
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestedAt,
      eventId: String(event.id).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...(more && last !== undefined ? { nextToken: `f/${last.timestamp}/${last.id}` } : {}),
  }
}

function chosenStreams(
  state: LogState,
  { group, input, call }: { group: LogGroupRecord; input: FilterLogEventsCommandInput; call: Call },
): LogStreamRecord[] {
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
    throw invalidParameter('Cannot specify both logStreamNames and logStreamNamePrefix.')
  }
  if (input.logStreamNames !== undefined) {
    return input.logStreamNames.map((name) => state.stream(call.region, group.name, name))
  }
  return state
    .streamsOf(call.region, group.name)
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
}

/** The first events that match, up to AWS's page of 1 MB or `limit` events. */
function takePage(
  scan: Iterable<StoredEvent>,
  limit: number,
  matches: (message: string) => boolean = () => true,
): { events: StoredEvent[]; more: boolean } {
  const events: StoredEvent[] = []
  let bytes = 0
  for (const event of scan) {
    if (!matches(event.message)) continue
    bytes += event.message.length + EVENT_OVERHEAD_BYTES
    if (events.length >= limit || (bytes > MAX_PAGE_BYTES && events.length > 0)) {
      return { events, more: true }
    }
    events.push(event)
  }
  return { events, more: false }
}
