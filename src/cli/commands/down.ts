import { destroySystem } from '../../ops/destroy.ts'
import { pause } from '../../ops/pause.ts'
import { longshoreStacks } from '../../ops/stacks.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { endpointOf, engineDataDir, runningEngine, stopEngineProcess } from '../engine-process.ts'
import { printJson, say } from '../streams.ts'
import { engineConnection, LOCAL, systemName } from '../target.ts'
import { DEFAULT_REGION } from '../target.ts'
import { progressWriter } from '../view/progress.ts'

export const down: Command = {
  name: 'down',
  summary: 'take a system down on this machine, its data included; stops the engine after the last',
  positionals: [{ name: 'DIR', summary: 'folder of the longshore.config.ts (default: this one)' }],
  options: {
    env: SYSTEM_OPTIONS.env,
    region: SYSTEM_OPTIONS.region,
    system: SYSTEM_OPTIONS.system,
    'keep-engine': { type: 'boolean', summary: 'leave the engine running' },
  },
  examples: [
    { command: 'longshore down', does: 'nothing of this system is left on the machine' },
    { command: 'longshore down examples/frameratr', does: 'the same for another folder' },
  ],
  async run(call) {
    const [directory] = call.positionals
    const named = { ...call, value: (name: string) => valueOf(call, name, directory) }
    const system = await systemName(named)
    const environment = call.value('env') ?? LOCAL
    const dataDir = engineDataDir(call.env)
    const running = await runningEngine(dataDir)
    if (running === undefined) {
      if (call.json)
        printJson(call.streams, { system, environment, deleted: [], engineStopped: false })
      else say(call.streams, 'No engine is running, so nothing is up.')
      return 0
    }
    const region = call.value('region') ?? DEFAULT_REGION
    const connection = engineConnection(endpointOf(running.file), region)
    const deleted = await destroySystem({
      connection,
      system,
      environment,
      pause,
      onProgress: progressWriter(call.streams),
    })
    const left = await longshoreStacks(connection)
    const engineStopped = left.length === 0 && !call.flag('keep-engine')
    if (engineStopped) await stopEngineProcess(dataDir)
    if (call.json) printJson(call.streams, { system, environment, deleted, engineStopped })
    else if (deleted.length === 0) say(call.streams, `${system} (${environment}) was not up.`)
    else
      say(
        call.streams,
        `${system} (${environment}) is down.${engineStopped ? ' The engine has stopped.' : ''}`,
      )
    return 0
  },
}

function valueOf(
  call: { value(name: string): string | undefined },
  name: string,
  directory: string | undefined,
): string | undefined {
  return name === 'system' && directory !== undefined ? directory : call.value(name)
}
