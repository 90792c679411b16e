import { readFile } from 'node:fs/promises'
import { LongshoreError } from '../base/errors.ts'
import { parseArguments } from './arguments.ts'
import type { Command, CommandCall } from './command.ts'
import { COMMANDS } from './commands.ts'
import { print, printJson, say, type Streams } from './streams.ts'
import { errorJson, errorText, exitCodeOf } from './view/error.ts'
import { commandHelp, overview } from './view/help.ts'

/** What the outside world gives a run of the tool. */
export interface World {
  streams: Streams
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  interrupted: AbortSignal
}

/** Runs one command line. Resolves to the exit code; never throws, never exits. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  const { streams } = world
  const json = argv.includes('--json')
  try {
    if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help') {
      return await helpOrOverview(argv, streams)
    }
    if (argv[0] === '--version') {
      print(streams, await version())
      return 0
    }
    const { command, rest } = commandOf(argv)
    const loaded = await command()
    return await dispatch(loaded, rest, world)
  } catch (error) {
    if (json) printJson(streams, errorJson(error))
    else say(streams, errorText(error))
    return exitCodeOf(error)
  }
}

async function dispatch(command: Command, argv: readonly string[], world: World): Promise<number> {
  const { positionals, rest, values } = parseArguments(command, argv)
  if (values['help'] === true) {
    print(world.streams, commandHelp(command))
    return 0
  }
  const call: CommandCall = {
    ...world,
    positionals,
    rest,
    json: values['json'] === true,
    flag: (name) => values[name] === true,
    value: (name) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
  }
  return command.run(call)
}

/** Finds the longest command name that the words begin with. */
function commandOf(argv: readonly string[]): {
  command: () => Promise<Command>
  rest: readonly string[]
} {
  const [first = '', second = ''] = argv
  const two = COMMANDS.get(`${first} ${second}`)
  if (two !== undefined) return { command: two, rest: argv.slice(2) }
  const one = COMMANDS.get(first)
  if (one !== undefined) return { command: one, rest: argv.slice(1) }
  const family = [...COMMANDS.keys()].filter((name) => name.startsWith(`${first} `))
  throw new LongshoreError(
    'unknown-command',
    family.length > 0 ? `"${first}" needs one of: ${family.join(', ')}` : `no command "${first}"`,
    { next: 'See "longshore --help".', exitCode: 2 },
  )
}

async function helpOrOverview(argv: readonly string[], streams: Streams): Promise<number> {
  if (argv[0] === 'help' && argv.length > 1) {
    const { command } = commandOf(argv.slice(1))
    print(streams, commandHelp(await command()))
    return 0
  }
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()))
  print(streams, overview(commands, await version()))
  return argv.length === 0 ? 2 : 0
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
