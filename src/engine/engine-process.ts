import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LongshoreError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { chooseRuntime } from './choose-runtime.ts'
import { type Engine, startEngine } from './engine.ts'
import { lockDataDir } from './instance-lock.ts'
import { jsonLog } from './json-log.ts'

export interface EngineProcessOptions {
  readonly dataDir: string
  readonly port: number
  readonly pace: number
  /** `auto`, or a runtime's name. */
  readonly runtime: string
  /** Where the runtime looks for programs: a `PATH`. */
  readonly searchPath: string
  /** `DOCKER_HOST` and the like, which say where Docker is. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Runs an engine until it is asked to stop. */
export async function runEngine(options: EngineProcessOptions): Promise<void> {
  const { dataDir, environment, port, pace, runtime, searchPath } = options
  if (!(pace >= 1)) {
    throw new LongshoreError('usage', `${pace} is no pace`, {
      place: '--pace',
      next: "Give a number from 1, AWS's own pace, upwards.",
      exitCode: 2,
    })
  }
  const unlock = lockDataDir(dataDir, process.pid)
  const log = jsonLog(process.stdout)
  const token = randomBytes(24).toString('hex')
  const stopping = Promise.withResolvers<void>()
  surviveMistakes(log)
  onSignal(stopping.resolve)
  try {
    const engine = await startEngine({
      dataDir,
      port,
      pace,
      version: version(),
      log,
      token,
      services: async () => (await import('./services/registry.ts')).SERVICES,
      runtime: (context) => chooseRuntime({ name: runtime, searchPath, environment }, context),
      onStopRequest: stopping.resolve,
    })
    const retract = announce(options, { engine, token })
    log.info('the engine answers', { endpoint: engine.endpoint, runtime: engine.runtime.name })
    await stopping.promise
    await engine.stop()
    retract()
    log.info('the engine has stopped')
  } finally {
    unlock()
  }
}

/** A signal that comes while the engine starts counts too: it stops once it has started. */
function onSignal(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop()
      // Who asks twice does not want to wait; the kernel ends what the engine started.
      process.once(signal, () => process.exit(1))
    })
  }
}

/** Tells where the engine answers, to whoever may read the data directory. */
function announce(
  { dataDir, pace }: EngineProcessOptions,
  { engine, token }: { engine: Engine; token: string },
): () => void {
  const file = join(dataDir, 'engine.json')
  const facts = {
    pid: process.pid,
    port: engine.port,
    token,
    startedAt: new Date().toISOString(),
    pace,
    runtime: engine.runtime.name,
  }
  writeFileSync(file, JSON.stringify(facts), { mode: 0o600 })
  return () => rmSync(file, { force: true })
}

/**
 * A mistake in one controller or connection must not end every task and database: what goes on is
 * on disk and in other hands, so the engine says loudly what happened and goes on.
 */
function surviveMistakes(log: Log): void {
  const report = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('a mistake inside the engine', { error: text })
  }
  process.on('unhandledRejection', report)
  process.on('uncaughtException', report)
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
