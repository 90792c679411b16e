import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAMS = join(import.meta.dirname, '..', 'programs')

/** A program in a process of its own, and what it said when it was ready. */
export interface Program {
  readonly said: Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** Starts one of `bench/programs`, which prints a line of JSON when it is ready. */
export async function startProgram(
  name: string,
  args: readonly (string | number)[] = [],
): Promise<Program> {
  const child = spawn(process.execPath, [join(PROGRAMS, name), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    once(child, 'exit').then(() =>
      Promise.reject(new Error(`${name} ended while it was starting`)),
    ),
  ])
  return { said: JSON.parse(line) as Record<string, number>, stop: () => stopProcess(child) }
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
