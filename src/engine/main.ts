/**
 * A process that is an engine: `node src/engine/main.ts --data-dir DIR --port PORT --pace FACTOR
 * --runtime NAME`. Writes `engine.json` into its data directory once it answers, and logs JSON lines
 * to stdout. When it cannot start, the last line of stderr is a JSON object that says why.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { LongshoreError, messageOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { chooseRuntime } from './choose-runtime.ts'
import { startEngine } from './engine.ts'
import { lockDataDir } from './instance-lock.ts'
import { jsonLog } from './json-log.ts'
import { SERVICES } from './services/registry.ts'

const DEFAULT_PACE = 10

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    port: { type: 'string', default: '4566' },
    pace: { type: 'string', default: String(DEFAULT_PACE) },
    runtime: { type: 'string', default: 'auto' },
  },
})

try {
  await run(values['data-dir'] ?? join(process.cwd(), '.longshore', 'engine'))
} catch (error) {
  process.stderr.write(`${JSON.stringify(complaint(error))}\n`)
  process.exit(1)
}

async function run(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const unlock = lockDataDir(dataDir, process.pid)
  const log = jsonLog(process.stdout)
  const token = randomBytes(24).toString('hex')
  const stopping = Promise.withResolvers<void>()
  surviveMistakes(log)
  const engine = await startEngine({
    dataDir,
    port: Number(values.port),
    pace: Number(values.pace),
    version: version(),
    log,
    token,
    services: SERVICES,
    runtime: (context) =>
      chooseRuntime({ name: values.runtime, searchPath: process.env['PATH'] ?? '' }, context),
    onStopRequest: stopping.resolve,
  }).catch((error: unknown) => {
    unlock()
    throw error
  })
  const file = join(dataDir, 'engine.json')
  writeFileSync(
    file,
    JSON.stringify({
      pid: process.pid,
      port: engine.port,
      token,
      startedAt: new Date().toISOString(),
      pace: Number(values.pace),
      runtime: engine.runtime.name,
    }),
    { mode: 0o600 },
  )
  log.info('the engine answers', { endpoint: engine.endpoint, runtime: engine.runtime.name })
  process.on('SIGTERM', stopping.resolve)
  process.on('SIGINT', stopping.resolve)
  await stopping.promise
  await engine.stop()
  rmSync(file, { force: true })
  unlock()
  log.info('the engine has stopped')
  process.exit(0)
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

function complaint(error: unknown): object {
  if (!(error instanceof LongshoreError)) {
    return { code: 'engine-start', message: messageOf(error) }
  }
  const { code, message, place, next } = error
  return { code, message, place, next }
}
