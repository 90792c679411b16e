import type { Connection } from '../ops/connection.ts'
import type { Streams } from './streams.ts'

/** A command, as data: the parser, the help and the dispatcher all read it. */
export interface Command {
  /** As typed: `logs`, `engine start`. */
  readonly name: string
  readonly summary: string
  readonly positionals: readonly Positional[]
  readonly options: Readonly<Record<string, Option>>
  readonly examples: readonly Example[]
  /** More than the summary, where needed; plain paragraphs. */
  readonly details?: string
  /** Resolves to the exit code: 0 done, 1 failed, 2 wrong input and nothing changed. */
  run(call: CommandCall): Promise<number>
}

export interface Positional {
  readonly name: string
  readonly summary: string
  readonly required?: boolean
  /** Takes everything that is left, such as a command after `--`. */
  readonly rest?: boolean
}

export interface Option {
  readonly summary: string
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** How the help names the value: `--since DURATION`. */
  readonly value?: string
  readonly default?: string
}

export interface Example {
  readonly command: string
  readonly does: string
}

/** One invocation of a command, with everything that it may touch. */
export interface CommandCall {
  readonly positionals: readonly string[]
  readonly rest: readonly string[]
  flag(name: string): boolean
  value(name: string): string | undefined
  readonly json: boolean
  readonly streams: Streams
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborted at the first Ctrl-C (or SIGTERM). */
  readonly interrupted: AbortSignal
}

/** Options that commands about a deployed system share. */
export const SYSTEM_OPTIONS = {
  env: {
    type: 'string',
    value: 'NAME',
    short: 'e',
    summary: 'environment of the definition; "local" runs on this machine\'s engine',
    default: 'local',
  },
  system: {
    type: 'string',
    value: 'DIR|NAME',
    short: 'C',
    summary: 'folder of a longshore.config.ts, or the name of a deployed system',
    default: '.',
  },
  endpoint: {
    type: 'string',
    value: 'URL',
    summary: 'AWS endpoint to use instead of the one that the environment implies',
  },
  region: { type: 'string', value: 'REGION', summary: 'AWS region' },
} as const satisfies Record<string, Option>

/** A deployed system that a command works on. */
export interface Target {
  readonly system: string
  readonly environment: string
  readonly stackName: string
  readonly connection: Connection
}
