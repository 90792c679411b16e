import { serviceEvents } from '../../ops/service-events.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { print, printJson } from '../streams.ts'
import { openSystem } from '../target.ts'

export const events: Command = {
  name: 'events',
  summary: "show what ECS did with a system's services, oldest first",
  positionals: [{ name: 'SERVICE', summary: 'one service of the system (default: all)' }],
  options: SYSTEM_OPTIONS,
  examples: [{ command: 'longshore events api', does: 'the last hundred events of that service' }],
  async run(call) {
    const system = await openSystem(call)
    const wanted = call.positionals[0]
    const services = wanted === undefined ? system.services : [system.service(wanted)]
    const found = await serviceEvents(system.connection, services)
    if (call.json) printJson(call.streams, found)
    for (const { createdAt, message } of call.json ? [] : found) {
      print(call.streams, `${createdAt.toISOString().slice(0, 19).replace('T', ' ')}  ${message}`)
    }
    return 0
  },
}
