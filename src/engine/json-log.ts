import type { Writable } from 'node:stream'
import type { Log, LogFields } from '../base/log.ts'

/** A log as one JSON object a line. */
export function jsonLog(stream: Writable): Log {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      const time = new Date().toISOString()
      stream.write(`${JSON.stringify({ time, level, message, ...fields })}\n`)
    }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}
