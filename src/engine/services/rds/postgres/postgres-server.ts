import { spawn, type ChildProcess } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock } from '../../../clock/clock.ts'
import type { ClusterHome } from './cluster-home.ts'
import { endOrphan } from './orphan.ts'
import { PLAIN_ENVIRONMENT } from './run-program.ts'

export interface ServerOptions {
  readonly home: ClusterHome
  readonly clock: Clock
  readonly dataDirectory: string
  readonly logFile: string
  /** Called when the server ends without having been asked to. */
  readonly onCrash: (lastLines: readonly string[]) => void
}

const READY = /database system is ready to accept connections/
const KEPT_LINES = 30
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 20_000
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))

/** One running PostgreSQL. It dies with the engine: the kernel sees to that, where it can. */
export class PostgresServer {
  readonly #options: ServerOptions
  #child: ChildProcess | undefined
  #exited: Promise<void> = Promise.resolve()
  #stopping = false
  #lines: string[] = []

  constructor(options: ServerOptions) {
    this.#options = options
  }

  get running(): boolean {
    return this.#child !== undefined
  }

  /** Resolves when the server takes connections; rejects with its own last words. */
  async start(): Promise<void> {
    const { clock, dataDirectory, home } = this.#options
    await endOrphan(dataDirectory, clock)
    const postgres = join(home.installation.bin, 'postgres')
    const args = ['-D', dataDirectory]
    const [file, all] =
      SETPRIV === undefined
        ? [postgres, args]
        : // A fast shutdown when the engine dies, however it dies.
          [SETPRIV, ['--pdeathsig', 'INT', '--no-new-privs', '--', postgres, ...args]]
    this.#stopping = false
    this.#lines = []
    // A session of its own: Ctrl-C in the engine's terminal is not for the database.
    const child = spawn(file, all, {
      cwd: '/',
      detached: true,
      env: PLAIN_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...home.user,
    })
    this.#child = child
    await this.#untilReady(child)
  }

  /** Ends the server: `fast` writes everything back, `immediate` is for data that goes anyway. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#stopping = true
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    const limit = this.#options.clock.after(this.#options.clock.real(STOP_LIMIT_MS), () =>
      child.kill('SIGQUIT'),
    )
    await this.#exited
    limit.cancel()
  }

  /** Makes the server read its configuration again. */
  reload(): void {
    this.#child?.kill('SIGHUP')
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { clock } = this.#options
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const { promise: failed, reject } = Promise.withResolvers<never>()
    this.#exited = new Promise((exited) => {
      const end = (): void => {
        if (this.#child !== child) return
        this.#child = undefined
        reject(new Error(this.#lines.join('\n') || 'PostgreSQL ended without a word'))
        exited()
      }
      child.once('error', (error) => {
        this.#lines.push(error.message)
        end()
      })
      // After `close` all that it printed has been read.
      child.once('close', end)
    })
    this.#readLog(child, resolve)
    const limit = clock.after(clock.real(START_LIMIT_MS), () => {
      this.#lines.push(`not ready after ${START_LIMIT_MS / 1000} seconds`)
      child.kill('SIGQUIT')
    })
    try {
      await Promise.race([ready, failed])
    } finally {
      limit.cancel()
    }
    void failed.catch(() => {
      if (!this.#stopping) this.#options.onCrash(this.#lines)
    })
  }

  #readLog(child: ChildProcess, onReady: () => void): void {
    if (child.stderr === null) return
    const { logFile } = this.#options
    let writing = Promise.resolve()
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#lines = [...this.#lines.slice(-KEPT_LINES + 1), line]
      if (READY.test(line)) onReady()
      // A log that cannot be written must not stop the database.
      writing = writing
        .then(() => appendFile(logFile, `${line}\n`, { mode: 0o600 }))
        .catch(() => {})
    })
  }
}
