import { LongshoreError } from '../../base/errors.ts'
import type { Command, CommandCall, Option } from '../command.ts'
import {
  DEFAULT_PORT,
  endpointOf,
  engineDataDir,
  resetEngine,
  runningEngine,
  startEngineProcess,
  stopEngineProcess,
} from '../engine-process.ts'
import { print, printJson, say } from '../streams.ts'

/** Options of an engine's start, which `up` shares. */
export const ENGINE_OPTIONS = {
  port: {
    type: 'string',
    value: 'PORT',
    summary: "port of the engine's AWS API",
    default: String(DEFAULT_PORT),
  },
  pace: {
    type: 'string',
    value: 'FACTOR',
    summary: "how much faster than AWS the engine's waits pass; 1 is AWS's own pace",
  },
  runtime: {
    type: 'string',
    value: 'NAME',
    summary: 'how containers run: docker, process (no Docker needed) or auto',
  },
} as const satisfies Record<string, Option>

const RUNTIMES = ['auto', 'docker', 'process']

export const engineStart: Command = {
  name: 'engine start',
  summary: 'start the local AWS in the background',
  positionals: [],
  options: ENGINE_OPTIONS,
  examples: [
    { command: 'longshore engine start', does: 'an AWS endpoint at http://127.0.0.1:4566' },
    {
      command: 'AWS_ENDPOINT_URL=http://127.0.0.1:4566 aws ecs list-clusters',
      does: 'any AWS client may use it',
    },
    { command: 'longshore engine start --pace 1', does: 'waits are as long as on AWS' },
  ],
  async run(call) {
    const dataDir = engineDataDir(call.env)
    const running = await runningEngine(dataDir)
    if (running !== undefined) {
      throw new LongshoreError(
        'engine-running',
        `an engine is already running (pid ${running.file.pid}, ${endpointOf(running.file)})`,
        { place: dataDir, next: 'Use it, or stop it first: longshore engine stop.' },
      )
    }
    const file = await launchEngine(call, dataDir)
    const endpoint = endpointOf(file)
    if (call.json) printJson(call.streams, { endpoint, pid: file.pid, runtime: file.runtime })
    else print(call.streams, `The engine answers at ${endpoint} (${file.runtime} runtime).`)
    return 0
  },
}

/** Starts an engine with the options of the command line. */
export async function launchEngine(call: CommandCall, dataDir: string) {
  const runtime = call.value('runtime')
  if (runtime !== undefined && !RUNTIMES.includes(runtime)) {
    throw new LongshoreError('usage', `there is no runtime "${runtime}"`, {
      place: '--runtime',
      next: `Use one of: ${RUNTIMES.join(', ')}.`,
      exitCode: 2,
    })
  }
  const pace = call.value('pace')
  if (pace !== undefined && !(Number(pace) >= 1 && Number(pace) <= 1000)) {
    throw new LongshoreError('usage', `"${pace}" is no pace`, {
      place: '--pace',
      next: 'Give a factor from 1 (as on AWS) to 1000.',
      exitCode: 2,
    })
  }
  const port = Number(call.value('port') ?? DEFAULT_PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LongshoreError('usage', `"${call.value('port') ?? ''}" is no port`, {
      place: '--port',
      next: 'Give a number from 1 to 65535.',
      exitCode: 2,
    })
  }
  return startEngineProcess({ dataDir, port, pace, runtime })
}

export const engineStop: Command = {
  name: 'engine stop',
  summary: 'stop the local AWS; what it was told stays',
  positionals: [],
  options: {},
  examples: [
    { command: 'longshore engine stop', does: 'stops every task; the next start brings them back' },
  ],
  async run({ env, json, streams }) {
    const stopped = await stopEngineProcess(engineDataDir(env))
    if (json) printJson(streams, { stopped })
    else say(streams, stopped ? 'The engine has stopped.' : 'No engine is running.')
    return 0
  },
}

export const engineStatus: Command = {
  name: 'engine status',
  summary: 'tell whether the local AWS runs, where, and how',
  positionals: [],
  options: {},
  examples: [
    { command: 'longshore engine status --json', does: 'for scripts; exit code 1 when down' },
  ],
  async run({ env, json, streams }) {
    const dataDir = engineDataDir(env)
    const running = await runningEngine(dataDir)
    if (json) {
      printJson(streams, {
        running: running !== undefined,
        dataDir,
        ...(running === undefined ? {} : { endpoint: endpointOf(running.file), ...running.health }),
      })
    } else if (running === undefined) {
      print(streams, `No engine is running (state: ${dataDir}).`)
    } else {
      const { file, health } = running
      print(streams, `running   ${endpointOf(file)} (pid ${file.pid})`)
      print(streams, `runtime   ${health.runtime}`)
      print(streams, `pace      ${health.pace} times AWS's`)
      print(streams, `since     ${file.startedAt}`)
      print(streams, `state     ${dataDir}`)
    }
    return running === undefined ? 1 : 0
  },
}

export const engineReset: Command = {
  name: 'engine reset',
  summary: 'stop the local AWS and forget everything that it was told, data included',
  positionals: [],
  options: { yes: { type: 'boolean', short: 'y', summary: 'do not ask' } },
  examples: [{ command: 'longshore engine reset --yes', does: 'a fresh, empty AWS' }],
  async run(call) {
    const dataDir = engineDataDir(call.env)
    if (!call.flag('yes')) {
      throw new LongshoreError('confirmation', 'this deletes every local stack, database and log', {
        place: dataDir,
        next: 'Say so: longshore engine reset --yes.',
        exitCode: 2,
      })
    }
    const stopped = await stopEngineProcess(dataDir)
    await resetEngine(dataDir)
    if (call.json) printJson(call.streams, { stopped, reset: true })
    else say(call.streams, 'The engine is empty.')
    return 0
  },
}
