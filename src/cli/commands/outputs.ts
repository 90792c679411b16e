import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { print, printJson } from '../streams.ts'
import { openSystem } from '../target.ts'

export const outputs: Command = {
  name: 'outputs',
  summary: 'print what a deployed system tells about itself: host names, ARNs, endpoints',
  positionals: [{ name: 'NAME', summary: 'one output: prints its value alone' }],
  options: SYSTEM_OPTIONS,
  examples: [
    { command: 'longshore outputs', does: 'all of them' },
    { command: 'psql -h "$(longshore outputs DbEndpoint)"', does: 'one, for a script' },
  ],
  async run(call) {
    const system = await openSystem(call)
    const wanted = call.positionals[0]
    if (wanted !== undefined) {
      const value = system.output(wanted)
      if (call.json) printJson(call.streams, { [wanted]: value })
      else print(call.streams, value)
      return 0
    }
    if (call.json) printJson(call.streams, system.outputs)
    const width = Math.max(0, ...Object.keys(system.outputs).map((name) => name.length))
    for (const [name, value] of call.json ? [] : Object.entries(system.outputs)) {
      print(call.streams, `${name.padEnd(width)}  ${value}`)
    }
    return 0
  },
}
