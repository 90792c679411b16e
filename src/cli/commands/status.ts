import type { DeployedSystem } from '../../ops/deployed-system.ts'
import { readSystem } from '../../ops/deployed-system.ts'
import { longshoreStacks, tagOf } from '../../ops/stacks.ts'
import { systemStatus } from '../../ops/status.ts'
import { type Command, type CommandCall, SYSTEM_OPTIONS } from '../command.ts'
import { print, printJson, say } from '../streams.ts'
import { connectionFor, openSystem } from '../target.ts'
import { statusText } from '../view/status.ts'

export const status: Command = {
  name: 'status',
  summary: 'show how a system stands: its services, deployments and tasks',
  positionals: [],
  options: {
    all: { type: 'boolean', short: 'a', summary: 'every system that Longshore deployed there' },
    ...SYSTEM_OPTIONS,
  },
  examples: [
    { command: 'longshore status', does: 'the system of this folder' },
    { command: 'longshore status --all --json', does: 'all of them, for scripts' },
  ],
  async run(call) {
    const systems = call.flag('all') ? await everySystem(call) : [await openSystem(call)]
    const found = await Promise.all(systems.map(systemStatus))
    if (call.json) printJson(call.streams, call.flag('all') ? found : found[0])
    else if (found.length === 0) say(call.streams, 'Nothing is deployed here.')
    else print(call.streams, found.map(statusText).join('\n\n'))
    return 0
  },
}

async function everySystem(call: CommandCall): Promise<DeployedSystem[]> {
  const connection = await connectionFor(call)
  const stacks = await longshoreStacks(connection)
  return Promise.all(
    stacks
      .filter((stack) => tagOf(stack, 'longshore:role') !== 'registry')
      .map((stack) =>
        readSystem(
          connection,
          tagOf(stack, 'longshore:system') ?? '',
          tagOf(stack, 'longshore:environment') ?? '',
        ),
      ),
  )
}
