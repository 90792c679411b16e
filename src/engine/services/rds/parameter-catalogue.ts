import { join } from 'node:path'
import type { Installation } from './postgres/installation.ts'
import { runProgram } from './postgres/run-program.ts'

/** A parameter that a group may set. */
export interface ParameterInfo {
  readonly name: string
  readonly description: string
  readonly dataType: string
  readonly defaultValue: string | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  readonly allowed: readonly string[] | undefined
  /** A static parameter needs a restart. */
  readonly isStatic: boolean
  readonly isModifiable: boolean
}

/** What the engine decides by itself. */
const RESERVED = new RegExp(
  `^(${[
    'listen_addresses',
    'port',
    'ssl.*',
    'unix_socket_.*',
    '(data|stats_temp)_directory',
    '(hba|ident|config)_file',
    'external_pid_file',
    'logging_collector',
    'log_destination',
    'log_line_prefix',
    'lc_messages',
    'password_encryption',
    'archive_.*',
  ].join('|')})$`,
)

const TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  INTEGER: 'integer',
  REAL: 'float',
  STRING: 'string',
  ENUM: 'string',
}

/** RDS's own parameters that mean something here. */
const OF_RDS: readonly ParameterInfo[] = [
  ofRds('rds.force_ssl', 'Force SSL connections.', false),
  ofRds('rds.logical_replication', 'Enables logical decoding.', true),
]

function ofRds(name: string, description: string, isStatic: boolean): ParameterInfo {
  return {
    name,
    description,
    dataType: 'boolean',
    defaultValue: '0',
    min: undefined,
    max: undefined,
    allowed: ['0', '1'],
    isStatic,
    isModifiable: true,
  }
}

/** Every parameter, as this PostgreSQL describes itself. */
export async function readCatalogue(
  installation: Installation,
): Promise<ReadonlyMap<string, ParameterInfo>> {
  const text = await runProgram({
    file: join(installation.bin, 'postgres'),
    args: ['--describe-config'],
    user: undefined,
  })
  const known = text
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((columns) => columns.length >= 8)
    .map(parameterOf)
  return new Map([...known, ...OF_RDS].map((info) => [info.name, info]))
}

function parameterOf(columns: readonly string[]): ParameterInfo {
  // The defaults that PostgreSQL prints here are not set up yet, so they are left out.
  const [name = '', context = '', , type = '', , min, max, description = ''] = columns
  const boolean = type === 'BOOLEAN'
  return {
    name,
    description,
    dataType: TYPES[type] ?? 'string',
    defaultValue: undefined,
    min: min ? Number(min) : undefined,
    max: max ? Number(max) : undefined,
    allowed: boolean ? ['0', '1'] : undefined,
    isStatic: context === 'postmaster',
    isModifiable: context !== 'internal' && !RESERVED.test(name),
  }
}

/** What is wrong with a value; undefined when nothing is. */
export function valueProblem(info: ParameterInfo, value: string): string | undefined {
  // RDS's formulas speak of an instance's memory; they are kept and not applied.
  if (value.includes('{')) return undefined
  const words = ['on', 'off', 'true', 'false']
  const allowed =
    info.allowed === undefined ||
    info.allowed.includes(value) ||
    words.includes(value.toLowerCase())
  const number = Number(value)
  const numeric = info.dataType === 'integer' || info.dataType === 'float'
  const inRange =
    !numeric ||
    Number.isNaN(number) ||
    ((info.min ?? -Infinity) <= number && number <= (info.max ?? Infinity))
  const aNumber = !numeric || /^-?[\d.]+\s*[A-Za-z]*$/.test(value)
  if (allowed && inRange && aNumber) return undefined
  const range = info.allowed?.join(',') ?? `${info.min}-${info.max}`
  return `Value: ${value} is outside of range: ${range} for parameter: ${info.name}`
}
