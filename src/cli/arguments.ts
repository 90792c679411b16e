import { parseArgs, type ParseArgsConfig } from 'node:util'
import { LongshoreError, messageOf } from '../base/errors.ts'
import type { Command } from './command.ts'

export interface Arguments {
  positionals: string[]
  rest: string[]
  values: Record<string, string | boolean | undefined>
}

/** Parses what follows a command's name by the command's own description. */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const separator = argv.indexOf('--')
  const own = separator < 0 ? argv : argv.slice(0, separator)
  const parsed = parse(command, own)
  const values: Arguments['values'] = { ...parsed.values }
  const takesRest = command.positionals.some(({ rest }) => rest === true)
  const fixed = command.positionals.filter(({ rest }) => rest !== true)
  const extra = parsed.positionals.slice(fixed.length)
  if (extra.length > 0 && !takesRest) throw usage(command, `unexpected "${extra[0] ?? ''}"`)
  const missing = fixed.find(
    ({ required }, i) => required === true && i >= parsed.positionals.length,
  )
  const wantsHelp = values['help'] === true
  if (missing !== undefined && !wantsHelp) throw usage(command, `${missing.name} is missing`)
  return {
    positionals: parsed.positionals.slice(0, fixed.length),
    rest: [...extra, ...(separator < 0 ? [] : argv.slice(separator + 1))],
    values,
  }
}

function parse(command: Command, args: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
  }
  for (const [name, option] of Object.entries(command.options)) {
    options[name] = {
      type: option.type,
      ...(option.short === undefined ? {} : { short: option.short }),
      ...(option.default === undefined ? {} : { default: option.default }),
    }
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    })
    return { values: values as Arguments['values'], positionals }
  } catch (error) {
    throw usage(command, messageOf(error).split('. ')[0] ?? '')
  }
}

function usage(command: Command, problem: string): LongshoreError {
  return new LongshoreError('usage', problem, {
    place: `longshore ${command.name}`,
    next: `See "longshore ${command.name} --help".`,
    exitCode: 2,
  })
}
