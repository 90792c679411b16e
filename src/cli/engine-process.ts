import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { LongshoreError } from '../base/errors.ts'
import { pause } from '../ops/pause.ts'

export const DEFAULT_PORT = 4566
const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 60_000

/** What a running engine wrote into its data directory. */
export interface EngineFile {
  pid: number
  port: number
  token: string
  startedAt: string
  pace: number
  runtime: string
}

export interface EngineHealth {
  version: string
  pid: number
  pace: number
  runtime: string
  dataDir: string
  [more: string]: unknown
}

export interface EngineLaunch {
  dataDir: string
  port: number
  pace: string | undefined
  runtime: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where the engine keeps its state: `LONGSHORE_HOME`, else the user's state directory. */
export function engineDataDir(env: Environment): string {
  const home = env['LONGSHORE_HOME']
  if (home !== undefined && home !== '') return join(home, 'engine')
  const state = env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return join(state, 'longshore', 'engine')
}

export function endpointOf({ port }: { port: number }): string {
  return `http://127.0.0.1:${port}`
}

/** The engine that uses this data directory, when it runs and answers. */
export async function runningEngine(
  dataDir: string,
): Promise<{ file: EngineFile; health: EngineHealth } | undefined> {
  const file = await engineFile(dataDir)
  if (file === undefined) return undefined
  const health = await healthAt(endpointOf(file))
  return health?.pid === file.pid ? { file, health } : undefined
}

/** Starts an engine in the background; resolves when it answers. */
export async function startEngineProcess(launch: EngineLaunch): Promise<EngineFile> {
  mkdirSync(launch.dataDir, { recursive: true, mode: 0o700 })
  const log = join(launch.dataDir, 'engine.log')
  const child = spawn(process.execPath, engineArguments(launch), {
    detached: true,
    stdio: ['ignore', openSync(log, 'a', 0o600), 'pipe'],
  })
  const talk = child.stderr
  let complaint = ''
  talk?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const file = await Promise.race([untilAnswering(launch.dataDir, child.pid), exited])
  if (typeof file === 'object') {
    talk?.destroy()
    child.unref()
    return file
  }
  throw startFailure(complaint, log)
}

/** Asks the engine to stop and waits until it is gone. */
export async function stopEngineProcess(dataDir: string): Promise<boolean> {
  const running = await runningEngine(dataDir)
  if (running === undefined) return false
  await fetch(`${endpointOf(running.file)}/_longshore/stop`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.file.token}` },
  })
  const deadline = performance.now() + STOP_LIMIT_MS
  while (isAlive(running.file.pid)) {
    if (performance.now() > deadline) {
      throw new LongshoreError(
        'engine-stop',
        `the engine (pid ${running.file.pid}) does not stop`,
        {
          next: `Look into ${join(dataDir, 'engine.log')}.`,
        },
      )
    }
    await pause(25)
  }
  return true
}

/** Removes everything that a stopped engine kept. */
export async function resetEngine(dataDir: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true })
}

function engineArguments({ dataDir, port, pace, runtime }: EngineLaunch): string[] {
  const main = new URL('../engine/main.ts', import.meta.url).pathname
  const args = [main, '--data-dir', dataDir, '--port', String(port)]
  if (pace !== undefined) args.push('--pace', pace)
  if (runtime !== undefined) args.push('--runtime', runtime)
  return args
}

async function untilAnswering(dataDir: string, pid: number | undefined): Promise<EngineFile> {
  const deadline = performance.now() + START_LIMIT_MS
  for (;;) {
    const running = await runningEngine(dataDir)
    if (running !== undefined && running.file.pid === pid) return running.file
    if (performance.now() > deadline) {
      throw new LongshoreError('engine-start', 'the engine does not answer', {
        next: `Look into ${join(dataDir, 'engine.log')}.`,
      })
    }
    await pause(20)
  }
}

/** The engine's own words (`code`, `message`, `next` as JSON on stderr), passed on. */
function startFailure(complaint: string, log: string): LongshoreError {
  const line = complaint.trim().split('\n').at(-1) ?? ''
  try {
    const { code, message, place, next } = JSON.parse(line) as Record<string, string | undefined>
    return new LongshoreError(code ?? 'engine-start', message ?? line, {
      ...(place === undefined ? {} : { place }),
      ...(next === undefined ? {} : { next }),
    })
  } catch {
    return new LongshoreError('engine-start', 'the engine ended while it was starting', {
      next: `Look into ${log}.`,
      cause: new Error(complaint.trim() || 'it said nothing'),
    })
  }
}

async function engineFile(dataDir: string): Promise<EngineFile | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'engine.json'), 'utf8')) as EngineFile
  } catch {
    return undefined
  }
}

async function healthAt(endpoint: string): Promise<EngineHealth | undefined> {
  try {
    const response = await fetch(`${endpoint}/_longshore/health`, {
      signal: AbortSignal.timeout(5000),
    })
    return response.ok ? ((await response.json()) as EngineHealth) : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
