import { watch } from 'node:fs'
import { join, resolve } from 'node:path'
import { errorText } from '../view/error.ts'
import { LongshoreError } from '../../base/errors.ts'
import type { BuilderName } from '../../images/images.ts'
import { type Deployed, deploySystem } from '../../ops/deploy/up.ts'
import { followLogs } from '../../ops/logs.ts'
import { readSystem } from '../../ops/deployed-system.ts'
import { pause } from '../../ops/pause.ts'
import type { Connection } from '../../ops/connection.ts'
import { loadSystem } from '../../system/load.ts'
import { toModel, type SystemModel } from '../../system/model.ts'
import { type Command, type CommandCall, SYSTEM_OPTIONS } from '../command.ts'
import { endpointOf, engineDataDir, runningEngine } from '../engine-process.ts'
import { print, printJson, say } from '../streams.ts'
import { DEFAULT_REGION, engineConnection, LOCAL } from '../target.ts'
import { progressWriter } from '../view/progress.ts'
import { ENGINE_OPTIONS, launchEngine } from './engine.ts'
import { lineWriter } from './logs.ts'

/** Changes that come together make one deployment. */
const QUIET_MS = 200

export const up: Command = {
  name: 'up',
  summary: "run a system on this machine's own ECS: start the engine, build, deploy, show",
  details:
    'Stays to show what the containers write, until Ctrl-C; the system goes on running. --detach\n' +
    'returns when everything is healthy.',
  positionals: [{ name: 'DIR', summary: 'folder of the longshore.config.ts (default: this one)' }],
  options: {
    env: { ...SYSTEM_OPTIONS.env, summary: 'environment of the definition' },
    detach: { type: 'boolean', short: 'd', summary: 'return when everything is healthy' },
    watch: { type: 'boolean', short: 'w', summary: 'rebuild and roll when a file changes' },
    region: SYSTEM_OPTIONS.region,
    ...ENGINE_OPTIONS,
  },
  examples: [
    { command: 'longshore up', does: 'this folder, with its logs' },
    {
      command: 'longshore up examples/frameratr --detach --json',
      does: 'for scripts: one JSON object',
    },
    { command: 'longshore up --watch', does: 'each saved file rolls out' },
  ],
  async run(call) {
    const path = resolve(call.cwd, call.positionals[0] ?? '.')
    // The definition first: a mistake in it must change nothing.
    const { model, directory } = await load(path, call)
    const engine = await ensureEngine(call)
    const connection = engineConnection(engine.endpoint, call.value('region') ?? DEFAULT_REGION)
    const session: Session = { call, connection, runtime: engine.runtime, directory, path }
    const deployed = await bringUp(session, model)
    if (call.json) {
      printJson(call.streams, {
        system: model.name,
        environment: model.environment,
        endpoint: engine.endpoint,
        runtime: engine.runtime,
        changed: deployed.changed,
        urls: deployed.urls,
      })
    } else {
      announce(call, model, deployed)
    }
    if (call.flag('detach')) return 0
    await stay(session, model)
    say(call.streams, `${model.name} is still running; "longshore down" stops it.`)
    return 0
  },
}

interface Session {
  readonly call: CommandCall
  readonly connection: Connection
  readonly runtime: string
  readonly directory: string
  readonly path: string
}

async function load(path: string, call: CommandCall) {
  const loaded = await loadSystem(path)
  return {
    model: toModel(loaded.definition, call.value('env') ?? LOCAL),
    directory: loaded.directory,
  }
}

async function ensureEngine(call: CommandCall): Promise<{ endpoint: string; runtime: string }> {
  const dataDir = engineDataDir(call.env)
  const running = await runningEngine(dataDir)
  if (running === undefined) {
    const file = await launchEngine(call, dataDir)
    say(call.streams, `▸ engine at ${endpointOf(file)} (${file.runtime} runtime)`)
    return { endpoint: endpointOf(file), runtime: file.runtime }
  }
  const wanted = call.value('runtime')
  const { runtime } = running.health
  if (wanted !== undefined && wanted !== 'auto' && wanted !== runtime) {
    throw new LongshoreError('engine-runtime', `the engine runs with the ${runtime} runtime`, {
      place: endpointOf(running.file),
      next: `Stop it first: longshore engine stop. Then: longshore up --runtime ${wanted}.`,
      exitCode: 2,
    })
  }
  return { endpoint: endpointOf(running.file), runtime }
}

async function bringUp(session: Session, model: SystemModel): Promise<Deployed> {
  const { call, connection, directory } = session
  const builder: BuilderName = session.runtime === 'docker' ? 'docker' : 'embedded'
  return deploySystem(
    {
      connection,
      model,
      directory,
      builder,
      cacheDir: join(engineDataDir(call.env), '..', 'build-cache'),
    },
    {
      onProgress: progressWriter(call.streams),
      pause,
      changeSetName: `longshore-${Date.now()}`,
      signal: call.interrupted,
    },
  )
}

function announce(call: CommandCall, model: SystemModel, deployed: Deployed): void {
  const state = deployed.changed ? 'is up' : 'is up already, nothing changed'
  say(call.streams, `${model.name} (${model.environment}) ${state}.`)
  for (const [service, urls] of Object.entries(deployed.urls)) {
    for (const url of urls) print(call.streams, `${service}  ${url}`)
  }
}

/** Shows the logs, and rolls out changed files when asked to. */
async function stay(session: Session, model: SystemModel): Promise<void> {
  const { call, connection } = session
  const system = await readSystem(connection, model.name, model.environment)
  const following = followLogs(
    connection,
    { logGroups: [...new Set(system.services.flatMap((s) => s.logGroups))], since: new Date() },
    { onLine: lineWriter(call), pause, signal: call.interrupted },
  )
  if (call.flag('watch')) await rollOnChange(session)
  await following
}

async function rollOnChange(session: Session): Promise<void> {
  const { call, path, directory } = session
  let changed = false
  const watcher = watch(directory, { recursive: true }, (_event, file) => {
    if (file === null || /(^|[/\\])(node_modules|\.git)([/\\]|$)/.test(file)) return
    changed = true
  })
  try {
    while (!call.interrupted.aborted) {
      await pause(QUIET_MS, call.interrupted)
      if (!changed) continue
      changed = false
      try {
        const { model } = await load(path, call)
        announce(call, model, await bringUp(session, model))
      } catch (error) {
        // A mistake while editing must not end the watch; the old version goes on serving.
        say(call.streams, errorText(error))
      }
    }
  } finally {
    watcher.close()
  }
}
