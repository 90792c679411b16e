import { LongshoreError } from '../../base/errors.ts'
import {
  getSecret,
  listSecrets,
  restartServices,
  rotateSecret,
  secretPath,
  setSecret,
} from '../../ops/secrets.ts'
import { type Command, type Option, SYSTEM_OPTIONS } from '../command.ts'
import { print, printJson, say, type Streams } from '../streams.ts'
import { openSystem } from '../target.ts'

const SECRET = {
  name: 'SECRET',
  summary: 'name of a secret, or SECRET.KEY for one key of a JSON secret',
  required: true,
}

const RESTART: Option = {
  type: 'boolean',
  summary: 'start new tasks, which read the new value (running ones keep the old)',
}

export const secretsList: Command = {
  name: 'secrets list',
  summary: "list a system's secrets, without their values",
  positionals: [],
  options: SYSTEM_OPTIONS,
  examples: [
    { command: 'longshore secrets list', does: 'names, keys, and when each last changed' },
  ],
  async run(call) {
    const system = await openSystem(call)
    const secrets = await listSecrets(system)
    if (call.json) printJson(call.streams, secrets)
    for (const { name, keys, changedAt } of call.json ? [] : secrets) {
      const changed = changedAt?.toISOString().slice(0, 19).replace('T', ' ') ?? 'never'
      print(call.streams, `${name}  changed ${changed}  ${keys.join(', ')}`.trimEnd())
    }
    return 0
  },
}

export const secretsGet: Command = {
  name: 'secrets get',
  summary: "print a secret's value",
  positionals: [SECRET],
  options: SYSTEM_OPTIONS,
  examples: [{ command: 'longshore secrets get db.password', does: 'one key of a JSON secret' }],
  async run(call) {
    const system = await openSystem(call)
    const path = secretPath(system, call.positionals[0] ?? '')
    const value = await getSecret(system.connection, path)
    if (call.json) printJson(call.streams, { name: call.positionals[0], value })
    else print(call.streams, value)
    return 0
  },
}

export const secretsSet: Command = {
  name: 'secrets set',
  summary: 'store a value, read from standard input (never from the command line)',
  positionals: [SECRET],
  options: { restart: RESTART, ...SYSTEM_OPTIONS },
  examples: [
    { command: 'longshore secrets set backend.TMDB_TOKEN < token.txt', does: 'from a file' },
    {
      command: 'longshore secrets set stripe --restart',
      does: 'asks for it, then rolls the tasks',
    },
  ],
  async run(call) {
    const system = await openSystem(call)
    const path = secretPath(system, call.positionals[0] ?? '')
    const value = await readValue(call.streams, call.positionals[0] ?? '')
    await setSecret(system.connection, path, value)
    if (call.flag('restart')) await restartServices(system)
    if (call.json)
      printJson(call.streams, { name: call.positionals[0], restarted: call.flag('restart') })
    else say(call.streams, done('Stored', call.flag('restart')))
    return 0
  },
}

export const secretsRotate: Command = {
  name: 'secrets rotate',
  summary: 'make a new value for a generated secret',
  positionals: [SECRET],
  options: { restart: RESTART, ...SYSTEM_OPTIONS },
  examples: [
    { command: 'longshore secrets rotate jwt-secret --restart', does: 'logs everybody out' },
  ],
  async run(call) {
    const system = await openSystem(call)
    await rotateSecret(system.connection, secretPath(system, call.positionals[0] ?? ''))
    if (call.flag('restart')) await restartServices(system)
    if (call.json)
      printJson(call.streams, { name: call.positionals[0], restarted: call.flag('restart') })
    else say(call.streams, done('Rotated', call.flag('restart')))
    return 0
  },
}

function done(what: string, restarted: boolean): string {
  return restarted
    ? `${what}. New tasks are starting with it.`
    : `${what}. Running tasks keep the old value until they are replaced (--restart does it now).`
}

/** The whole of stdin, without a final line end; typed values are not shown. */
async function readValue(streams: Streams, name: string): Promise<string> {
  const { stdin } = streams
  const typed = stdin.isTTY === true
  const value = typed ? await typedLine(streams, `Value of ${name}: `) : await everything(stdin)
  if (value !== '') return value
  throw new LongshoreError('usage', 'there is no value on standard input', {
    place: name,
    next: `Pipe it in: longshore secrets set ${name} < FILE.`,
    exitCode: 2,
  })
}

async function everything(stdin: Streams['stdin']): Promise<string> {
  let text = ''
  for await (const chunk of stdin) text += String(chunk)
  return text.replace(/\r?\n$/, '')
}

async function typedLine({ stdin, stderr }: Streams, prompt: string): Promise<string> {
  stderr.write(prompt)
  stdin.setRawMode?.(true)
  let text = ''
  try {
    for await (const chunk of stdin) {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') return text
        if (character === '\u0003') return ''
        text = character === '\u007F' ? text.slice(0, -1) : text + character
      }
    }
    return text
  } finally {
    stdin.setRawMode?.(false)
    stderr.write('\n')
  }
}
