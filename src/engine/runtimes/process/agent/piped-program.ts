import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask } from './messages.ts'
import { ENVIRONMENT, run } from './run.ts'

export type Start = Extract<Ask, { op: 'start' }>

/** A process whose streams are named pipes that the engine opens itself. */
export interface Piped {
  readonly child: ChildProcess
  /** What a launcher printed when it could not start the program. */
  failureText(): string | undefined
  /** Gives up the agent's ends, which keep the pipes alive until the engine has its own. */
  release(): void
  released(): boolean
}

/**
 * Starts a process on fresh named pipes `stdout`, `stderr` (and `stdin`) in its directory. Node's
 * own pipes would be sockets, and a program that opens `/dev/stdout` fails on a socket.
 */
export async function spawnOnPipes({ argv, directory, stdin }: Start): Promise<Piped> {
  const paths = ['stdout', 'stderr', ...(stdin ? ['stdin'] : [])].map((name) =>
    join(directory, name),
  )
  const made = await run(['mkfifo', '-m', '600', ...paths])
  if (made.code !== 0) throw new Error(made.stderr)
  const [stdout = '', stderr = '', input] = paths
  const readers = [stdout, stderr].map((path) =>
    openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
  )
  const writers = [stdout, stderr].map((path) => openSync(path, constants.O_WRONLY))
  // Read and write: an end for writing keeps the program from reading an early end of file.
  const inputEnds = input === undefined ? [] : [openSync(input, constants.O_RDWR)]
  const inputReader = input === undefined ? 'ignore' : openSync(input, constants.O_RDONLY)
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    stdio: [inputReader, ...writers],
    env: ENVIRONMENT,
  })
  child.once('error', () => {})
  if (typeof inputReader === 'number') closeSync(inputReader)
  // The ends for writing too: a reader that finds none when it opens is never told of the end.
  let held = [...readers, ...writers, ...inputEnds]
  return {
    child,
    failureText: () => failureIn(readers[1]),
    release: () => {
      for (const fd of held) closeSync(fd)
      held = []
    },
    released: () => held.length === 0,
  }
}

/** The launcher's last words: its own name stands in front of them. */
const LAUNCHER_WORDS = /^(?:\S*(?:unshare|nsenter|setpriv|env|launch)(?:\.sh)?: .*)$/m

function failureIn(stderr: number | undefined): string | undefined {
  if (stderr === undefined) return undefined
  const buffer = Buffer.alloc(8192)
  try {
    const text = buffer.toString('utf8', 0, readSync(stderr, buffer))
    return LAUNCHER_WORDS.exec(text)?.[0]
  } catch {
    // Nothing was printed: then it was the program itself that ended so.
    return undefined
  }
}
