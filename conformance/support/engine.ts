import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finish, type Finished, freePort, ROOT, until } from './longshore.ts'

/** An engine in a process of its own, and programs that are told to use it. */
export interface EngineProcess {
  readonly pid: number
  readonly port: number
  readonly endpoint: string
  readonly dataDir: string
  /** Runs a program that finds the engine as AWS programs find AWS: by its environment. */
  run(program: string, args: readonly string[], input?: string): Promise<Finished>
  /** Kills the engine without a word. */
  kill(): Promise<void>
  /** Stops the engine; resolves with its exit code. */
  stop(): Promise<number | null>
}

export async function startEngine(dataDir: string): Promise<EngineProcess> {
  const port = await freePort()
  const main = join(ROOT, 'src', 'engine', 'main.ts')
  const child = spawn(process.execPath, [main, '--data-dir', dataDir, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
  })
  const endpoint = `http://127.0.0.1:${port}`
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the engine ended: ${complaint}`)
    const response = await fetch(`${endpoint}/_longshore/health`).catch(() => undefined)
    const isAnnounced = existsSync(join(dataDir, 'engine.json'))
    return response?.ok === true && isAnnounced ? true : undefined
  })
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_PAGER: '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return exited
  }
  return {
    pid: child.pid ?? 0,
    port,
    endpoint,
    dataDir,
    run: (program, args, input) => finish(program, args, { env, ...(input ? { input } : {}) }),
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

/** A data directory that is removed at the end, whatever happens. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'longshore-conformance-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Whether a program is there; says so on stderr when it is not. */
export async function isInstalled(program: string, args: readonly string[]): Promise<boolean> {
  const found = await finish(program, args).catch(() => undefined)
  if (found?.code === 0) return true
  process.stderr.write(`!! ${program} ${args.join(' ')} does not run: its tests are skipped\n`)
  return false
}
