import { type Duplex, PassThrough, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { demultiplex } from './demultiplex.ts'

export interface ExecOutput {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Why the program could not be executed, once that is known. */
  failure(): string | undefined
}

/** Docker 20.10 says so where the program's output would be; later ones answer with an error. */
const NOT_EXECUTED = 'OCI runtime exec failed: '

/** The output of a program on pipes. */
export function pipedOutput(socket: Duplex): ExecOutput {
  const streams = demultiplex(socket)
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let failure: string | undefined
  streams.stdout.once('data', (first: Buffer) => {
    failure = failureIn(first)
    const target = failure === undefined ? stdout : stderr
    target.write(first)
    streams.stdout.pipe(target, { end: false })
  })
  streams.stderr.pipe(stderr, { end: false })
  const end = (): void => {
    stdout.end()
    stderr.end()
  }
  Promise.all([finished(streams.stdout), finished(streams.stderr)]).then(end, end)
  return { stdout, stderr, failure: () => failure }
}

/** The output of a program on a terminal, which has one stream. */
export function terminalOutput(socket: Duplex): ExecOutput {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let failure: string | undefined
  socket.once('data', (first: Buffer) => {
    failure = failureIn(first)
    stdout.write(first)
    socket.pipe(stdout, { end: false })
  })
  socket.on('error', () => {})
  const end = (): void => {
    stdout.end()
    stderr.end()
  }
  socket.once('end', end)
  socket.once('close', end)
  return { stdout, stderr, failure: () => failure }
}

function failureIn(first: Buffer): string | undefined {
  const text = first.toString()
  return text.startsWith(NOT_EXECUTED) ? text : undefined
}
