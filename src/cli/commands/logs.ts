import { LongshoreError } from '../../base/errors.ts'
import { followLogs, type LogLine, type LogQuery, readLogs } from '../../ops/logs.ts'
import { pause } from '../../ops/pause.ts'
import { type Command, type CommandCall, SYSTEM_OPTIONS } from '../command.ts'
import { openSystem } from '../target.ts'
import { print } from '../streams.ts'
import { logLineText } from '../view/log-line.ts'

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const logs: Command = {
  name: 'logs',
  summary: "show what a system's containers write",
  positionals: [{ name: 'SERVICE', summary: 'one service of the system (default: all)' }],
  options: {
    follow: { type: 'boolean', short: 'f', summary: 'go on with new lines until Ctrl-C' },
    since: {
      type: 'string',
      value: 'WHEN',
      summary: 'from so long ago (10m, 2h, 1d), or from a time (ISO 8601)',
      default: '10m',
    },
    filter: {
      type: 'string',
      value: 'PATTERN',
      summary: 'CloudWatch Logs filter pattern: error, "exact words", { $.status = 500 }',
    },
    container: { type: 'string', value: 'NAME', summary: 'one container' },
    ...SYSTEM_OPTIONS,
  },
  examples: [
    { command: 'longshore logs --follow', does: 'everything, as it comes' },
    { command: 'longshore logs api --since 1h --filter error', does: 'errors of the last hour' },
  ],
  async run(call) {
    const system = await openSystem(call)
    const wanted = call.positionals[0]
    const services = wanted === undefined ? system.services : [system.service(wanted)]
    const query: LogQuery = {
      logGroups: [...new Set(services.flatMap(({ logGroups }) => logGroups))],
      since: sinceOf(call.value('since') ?? '10m', new Date()),
      filterPattern: call.value('filter'),
      container: call.value('container'),
    }
    const onLine = lineWriter(call)
    if (!call.flag('follow')) {
      for (const line of await readLogs(system.connection, query)) onLine(line)
      return 0
    }
    await followLogs(system.connection, query, { onLine, pause, signal: call.interrupted })
    return 0
  },
}

/** Writes log lines as text, or as one JSON object a line. */
export function lineWriter(call: CommandCall): (line: LogLine) => void {
  const { streams, json } = call
  return (line) =>
    print(streams, json ? JSON.stringify(line) : logLineText(line, streams.stdout.isTTY === true))
}

/** `10m`, `2h`, `1d`, or an ISO time. */
export function sinceOf(text: string, now: Date): Date {
  const duration = /^(\d+)([smhd])$/.exec(text)
  if (duration !== null) {
    const unit = UNIT_MS[duration[2] ?? ''] ?? 0
    return new Date(now.getTime() - Number(duration[1]) * unit)
  }
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw new LongshoreError('usage', `"${text}" is no time`, {
    place: '--since',
    next: 'Give a duration (30s, 10m, 2h, 1d) or a time (2026-11-20T10:00:00Z).',
    exitCode: 2,
  })
}
