import type { Readable, Writable } from 'node:stream'

/** Where a command reads and writes. stdout is data; stderr is talk. */
export interface Streams {
  readonly stdin: Readable & {
    isTTY?: boolean
    setRawMode?: (raw: boolean) => unknown
  }
  readonly stdout: Writable & Terminal
  readonly stderr: Writable & Terminal
}

interface Terminal {
  isTTY?: boolean
  columns?: number
  rows?: number
}

/** Writes a line of data. */
export function print(streams: Streams, line: string): void {
  streams.stdout.write(`${line}\n`)
}

/** Writes a line of talk. */
export function say(streams: Streams, line: string): void {
  streams.stderr.write(`${line}\n`)
}

/** Writes the one value that `--json` promises. */
export function printJson(streams: Streams, value: unknown): void {
  streams.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}
