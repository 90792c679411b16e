import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'engine', 'main.ts')
const START_LIMIT_MS = 60_000

/** A server in a process of its own, which answers. */
export interface Server {
  readonly port: number
  /** From the start of its process to its first answer. */
  readonly startMs: number
  /** Resident memory now, in MB. */
  memory(): number
  stop(): Promise<void>
}

/** Starts an engine; two starts with one `dataDir` are a first and a second start. */
export async function startEngine(dataDir?: string): Promise<Server> {
  const directory = dataDir ?? mkdtempSync(join(tmpdir(), 'longshore-bench-'))
  const args = [MAIN, '--data-dir', directory, '--port']
  const server = await start(
    (port) => spawn(process.execPath, [...args, String(port)], { stdio: 'ignore' }),
    '/_longshore/health',
  )
  if (dataDir !== undefined) return server
  return {
    ...server,
    stop: async () => {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Starts moto's server; undefined where it is not installed. */
export async function startMoto(): Promise<Server | undefined> {
  if (spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status !== 0) return undefined
  return start(
    (port) => spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }),
    '/moto-api/',
  )
}

async function start(launch: (port: number) => ChildProcess, path: string): Promise<Server> {
  const port = await freePort()
  const began = performance.now()
  const child = launch(port)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  while (!(await answers(`http://127.0.0.1:${port}${path}`))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended while it was starting`)
    if (performance.now() - began > START_LIMIT_MS) throw new Error('a server does not answer')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return {
    port,
    startMs: performance.now() - began,
    memory: () => residentMegabytes(child.pid ?? 0),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
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
