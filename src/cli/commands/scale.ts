import { LongshoreError } from '../../base/errors.ts'
import { scaleService } from '../../ops/scale.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { printJson, say } from '../streams.ts'
import { openSystem } from '../target.ts'

const FORM = /^(\d+)(?:-(\d+))?$/

export const scale: Command = {
  name: 'scale',
  summary: 'change how many tasks a service runs',
  details:
    'One number sets the count; a service that scales by itself keeps doing so from there, between\n' +
    'its bounds. Two numbers (2-10) set the bounds.',
  positionals: [
    { name: 'SERVICE', summary: 'the service', required: true },
    { name: 'COUNT', summary: 'a count (3), or bounds (2-10)', required: true },
  ],
  options: SYSTEM_OPTIONS,
  examples: [
    { command: 'longshore scale api 3', does: 'three tasks' },
    {
      command: 'longshore scale api 2-10',
      does: 'from two to ten, by the policies of the service',
    },
  ],
  async run(call) {
    const [name = '', form = ''] = call.positionals
    const match = FORM.exec(form)
    if (match === null) {
      throw new LongshoreError('usage', `"${form}" is no count`, {
        place: 'COUNT',
        next: 'Give a number (3) or bounds (2-10).',
        exitCode: 2,
      })
    }
    const system = await openSystem(call)
    const [low, high] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])]
    const result = await scaleService(
      system.connection,
      system.service(name),
      high === undefined ? { count: low } : { min: low, max: high },
    )
    if (call.json) printJson(call.streams, result)
    else if (result.bounds === undefined)
      say(call.streams, `${name}: ${result.desiredCount} tasks.`)
    else {
      const { min, max } = result.bounds
      say(call.streams, `${name}: ${result.desiredCount} tasks, scaling from ${min} to ${max}.`)
    }
    return 0
  },
}
