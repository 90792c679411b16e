import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
const BIN = join(ROOT, 'bin', 'longshore.js')

export interface Finished {
  code: number
  stdout: string
  stderr: string
}

/** The tool as a user runs it, with a home of its own and a free port for its engine. */
export interface Tool {
  readonly home: string
  readonly port: number
  readonly endpoint: string
  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Finished>
  /** Runs a command that must succeed, and parses what `--json` prints. */
  json<T>(...args: readonly string[]): Promise<T>
  /** Stops the engine, whatever state it is in, and removes the home. */
  dispose(): Promise<void>
}

export async function tool(): Promise<Tool> {
  const home = mkdtempSync(join(tmpdir(), 'longshore-e2e-'))
  const port = await freePort()
  const env = { ...process.env, LONGSHORE_HOME: home }
  const run = (...args: readonly string[]): Promise<Finished> =>
    finish(process.execPath, [BIN, ...args], { env })
  return {
    home,
    port,
    endpoint: `http://127.0.0.1:${port}`,
    run,
    json: async <T>(...args: readonly string[]) => {
      const { code, stdout, stderr } = await run(...args, '--json')
      if (code !== 0) {
        throw new Error(`longshore ${args.join(' ')} exited with ${code}\n${stderr}\n${stdout}`)
      }
      return JSON.parse(stdout) as T
    },
    dispose: async () => {
      await run('engine', 'stop')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Runs a program to its end, with its output kept. */
export function finish(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Calls `look` until it gives something other than undefined. */
export async function until<T>(look: () => Promise<T | undefined>, limitMs = 60_000): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error('what was waited for did not come')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
