import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Connection } from './connection.ts'
import type { Pause } from './pause.ts'

/** One line that a container wrote. */
export interface LogLine {
  readonly timestamp: Date
  readonly logGroup: string
  /** `prefix/container/task-id`. */
  readonly stream: string
  readonly container: string
  readonly taskId: string
  readonly message: string
}

export interface LogQuery {
  readonly logGroups: readonly string[]
  readonly since: Date
  readonly filterPattern?: string | undefined
  readonly container?: string | undefined
}

const FOLLOW_INTERVAL_MS = 500
/** Lines may arrive out of order by so much and are still found when following. */
const OVERLAP_MS = 10_000

/** The lines that match, oldest first, over all groups. */
export async function readLogs(connection: Connection, query: LogQuery): Promise<LogLine[]> {
  const client = await connection.logs()
  const perGroup = await Promise.all(
    query.logGroups.map(async (logGroup) =>
      (await eventsOf(client, logGroup, query)).map((event) => lineOf(logGroup, event)),
    ),
  )
  return perGroup.flat().filter(wanted(query)).toSorted(byTime)
}

export interface LogFollower {
  readonly onLine: (line: LogLine) => void
  readonly pause: Pause
  readonly signal: AbortSignal
}

/** Hands over matching lines as they arrive, until the signal aborts. */
export async function followLogs(
  connection: Connection,
  query: LogQuery,
  { onLine, pause, signal }: LogFollower,
): Promise<void> {
  const client = await connection.logs()
  const seen = new Map<string, number>()
  let since = query.since.getTime()
  while (!signal.aborted) {
    const fresh: LogLine[] = []
    for (const logGroup of query.logGroups) {
      const events = await eventsOf(client, logGroup, { ...query, since: new Date(since) })
      for (const event of events) {
        const id = event.eventId ?? ''
        if (seen.has(id)) continue
        seen.set(id, event.timestamp ?? 0)
        fresh.push(lineOf(logGroup, event))
      }
    }
    for (const line of fresh.filter(wanted(query)).toSorted(byTime)) onLine(line)
    const newest = Math.max(since, ...fresh.map(({ timestamp }) => timestamp.getTime()))
    since = Math.max(query.since.getTime(), newest - OVERLAP_MS)
    for (const [id, timestamp] of seen) if (timestamp < since) seen.delete(id)
    await pause(FOLLOW_INTERVAL_MS, signal)
  }
}

async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  { since, filterPattern }: LogQuery,
): Promise<FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = []
  let nextToken: string | undefined
  do {
    const page = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: since.getTime(),
        nextToken,
        ...(filterPattern === undefined ? {} : { filterPattern }),
      }),
    )
    events.push(...(page.events ?? []))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return events
}

function lineOf(logGroup: string, event: FilteredLogEvent): LogLine {
  const stream = event.logStreamName ?? ''
  const parts = stream.split('/')
  return {
    timestamp: new Date(event.timestamp ?? 0),
    logGroup,
    stream,
    container: parts.at(-2) ?? stream,
    taskId: parts.at(-1) ?? stream,
    message: event.message ?? '',
  }
}

function wanted({ container }: LogQuery): (line: LogLine) => boolean {
  return (line) => container === undefined || line.container === container
}

function byTime(a: LogLine, b: LogLine): number {
  return a.timestamp.getTime() - b.timestamp.getTime()
}
