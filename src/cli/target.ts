import { resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { LongshoreError } from '../base/errors.ts'
import { connect, type Connection } from '../ops/connection.ts'
import { type DeployedSystem, readSystem } from '../ops/deployed-system.ts'
import { loadSystem } from '../system/load.ts'
import type { CommandCall } from './command.ts'
import { endpointOf, engineDataDir, runningEngine } from './engine-process.ts'

export const LOCAL = 'local'
export const DEFAULT_REGION = 'us-east-1'

/** The engine takes any credentials; these keep the user's own out of it. */
const ENGINE_CREDENTIALS = { accessKeyId: 'longshore', secretAccessKey: 'longshore' }

/** The name of the system that `--system` means: a definition's, or itself. */
export async function systemName(call: CommandCall): Promise<string> {
  const given = call.value('system') ?? '.'
  const path = resolve(call.cwd, given)
  if (!existsSync(path)) {
    if (/^[a-z][a-z0-9-]*$/.test(given)) return given
    throw new LongshoreError('no-system', `there is no folder ${given}`, {
      place: '--system',
      next: 'Name a folder with a longshore.config.ts, or a deployed system.',
      exitCode: 2,
    })
  }
  const { definition } = await loadSystem(path)
  return definition.name
}

/** The connection that the options and the environment imply. */
export async function connectionFor(call: CommandCall, region?: string): Promise<Connection> {
  const chosen = call.value('region') ?? region ?? call.env['AWS_REGION'] ?? DEFAULT_REGION
  const endpoint = call.value('endpoint') ?? call.env['AWS_ENDPOINT_URL']
  if (endpoint !== undefined && endpoint !== '') {
    return connect({ region: chosen, endpoint, credentials: ownOrEngine(call) })
  }
  if ((call.value('env') ?? LOCAL) !== LOCAL) return connect({ region: chosen })
  const running = await runningEngine(engineDataDir(call.env))
  if (running === undefined) {
    throw new LongshoreError('engine-down', "this machine's engine is not running", {
      next: 'Start it with "longshore up" or "longshore engine start", or name an environment.',
    })
  }
  return engineConnection(endpointOf(running.file), chosen)
}

export function engineConnection(endpoint: string, region: string): Connection {
  return connect({ region, endpoint, credentials: ENGINE_CREDENTIALS })
}

/** Opens the deployed system that the command line names. */
export async function openSystem(call: CommandCall): Promise<DeployedSystem> {
  const name = await systemName(call)
  const connection = await connectionFor(call)
  return readSystem(connection, name, call.value('env') ?? LOCAL)
}

function ownOrEngine(call: CommandCall) {
  const hasOwn = call.env['AWS_ACCESS_KEY_ID'] ?? call.env['AWS_PROFILE']
  return hasOwn === undefined ? ENGINE_CREDENTIALS : undefined
}
