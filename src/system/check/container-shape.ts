import type {
  ContainerHealthOptions,
  ContainerOptions,
  PortOptions,
  UlimitOptions,
} from '../container.ts'
import type { BuildOptions, BuiltImage } from '../image.ts'
import type { Postgres, PostgresBinding, PostgresVariables } from '../postgres.ts'
import type { Problem } from '../problem.ts'
import { isAttributeValue, isIntrinsic } from '../value.ts'
import {
  anything,
  byType,
  type Check,
  choice,
  flag,
  kindOf,
  list,
  made,
  map,
  object,
  text,
  wholeNumber,
  wrongType,
} from './checks.ts'
import { NAME } from './name-rules.ts'

const TASK_CPU_MAX = 16_384
const TASK_MEMORY_MAX = 122_880
const port = wholeNumber(1, 65_535)
const words = list(text())

const variableName = text({
  pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
  what: 'Use letters, digits and underscores, not a digit first.',
})

const bindingNames = byType(
  {
    string: variableName,
    object: object<PostgresVariables>({
      host: variableName,
      port: variableName,
      database: variableName,
      username: variableName,
      password: variableName,
    }),
  },
  'a prefix, or names by what they hold',
)

const buildOptions = object<BuildOptions>({
  dockerfile: text(),
  target: text(),
  args: map(text()),
  repository: text({
    pattern: /^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/,
    what: 'ECR takes 2 to 256 lower-case letters, digits and single . _ - / between them.',
  }),
})

const builtImage = object<BuiltImage>(
  { kind: anything, context: text(), options: buildOptions },
  'context',
)

function image(value: unknown, place: string, problems: Problem[]): void {
  if (typeof value === 'string') return reference(value, place, problems)
  if (kindOf(value) === 'build') return builtImage(value, place, problems)
  wrongType(value, "build('./folder') or an image's reference", place, problems)
}

const reference = text({
  pattern: /^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/,
  max: 255,
  what: 'Write it as registry/name:tag or registry/name@sha256:….',
})

function environmentValue(value: unknown, place: string, problems: Problem[]): void {
  if (['string', 'number', 'boolean'].includes(typeof value)) return
  if (isIntrinsic(value) || isAttributeValue(value)) return
  const secret = ['secret', 'secret-key', 'existing-secret'].includes(kindOf(value) ?? '')
  if (!secret) return wrongType(value, 'a text, number, boolean or db.host', place, problems)
  problems.push({
    code: 'secret-in-environment',
    place,
    message: 'a secret cannot be a plain variable.',
    next: `Move it to the container's "secrets".`,
  })
}

function binding(value: unknown, place: string, problems: Problem[]): void {
  const before = problems.length
  made(['postgres', 'postgres(…)'], ['postgres-binding', 'a db.as(…)'])(value, place, problems)
  if (problems.length > before) return
  const { kind, ...rest } = value as Postgres | PostgresBinding
  if (kind === 'postgres-binding' && 'names' in rest) bindingNames(rest.names, place, problems)
}

const health = object<ContainerHealthOptions>({
  http: text({ pattern: /^\/[^\s'"]*$/, what: 'Give a path that begins with /.' }),
  port: text(),
  command: byType({ string: text(), array: list(text(), 1) }, 'a command line or its words'),
  intervalSeconds: wholeNumber(5, 300, 'seconds'),
  timeoutSeconds: wholeNumber(2, 60, 'seconds'),
  retries: wholeNumber(1, 10),
  startPeriodSeconds: wholeNumber(0, 300, 'seconds'),
})

const ulimit = object<UlimitOptions>(
  {
    soft: wholeNumber(-1, Number.MAX_SAFE_INTEGER),
    hard: wholeNumber(-1, Number.MAX_SAFE_INTEGER),
  },
  'soft',
  'hard',
)

export const containerShape: Check = object<ContainerOptions>(
  {
    image,
    command: words,
    entryPoint: words,
    workingDirectory: text(),
    user: text(),
    ports: map(
      byType(
        {
          number: port,
          object: object<PortOptions>({ port, protocol: choice('tcp', 'udp') }, 'port'),
        },
        'a port number',
      ),
      NAME,
    ),
    environment: map(environmentValue, variableName),
    secrets: map(
      made(
        ['secret', 'secret(…)'],
        ['secret-key', 'a secret.key(…)'],
        ['existing-secret', 'existing.secret(…)'],
      ),
      variableName,
    ),
    uses: list(binding),
    health,
    essential: flag,
    after: map(choice('started', 'healthy', 'complete', 'success')),
    startTimeoutSeconds: wholeNumber(2, 120, 'seconds'),
    stopTimeoutSeconds: wholeNumber(2, 120, 'seconds'),
    cpu: wholeNumber(1, TASK_CPU_MAX, 'CPU units'),
    memory: wholeNumber(6, TASK_MEMORY_MAX, 'MiB'),
    memoryReservation: wholeNumber(6, TASK_MEMORY_MAX, 'MiB'),
    readOnlyRoot: flag,
    init: flag,
    ulimits: map(ulimit),
    labels: map(text()),
    logGroup: text({
      pattern: /^[\w./#-]{1,512}$/,
      what: 'CloudWatch takes letters, digits and . _ / # -.',
    }),
  },
  'image',
)
