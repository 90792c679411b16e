import type { ContainerHealthOptions, ContainerOptions, EnvironmentValue } from '../container.ts'
import type { Postgres, PostgresBinding, PostgresVariables } from '../postgres.ts'
import type {
  BuiltImageModel,
  ContainerHealthModel,
  ContainerModel,
  EnvironmentValueModel,
  ImageModel,
  PortModel,
  SecretUse,
} from '../system-model.ts'
import { isAttributeValue } from '../value.ts'
import { constant, pascal } from './names.ts'
import type { BuiltImage } from '../image.ts'

export interface ContainerContext {
  readonly prefix: string
  readonly service: string
  readonly isMain: boolean
  readonly platform: BuiltImageModel['platform']
  /** The service's log group. */
  readonly logGroup: string
}

const CONDITIONS = {
  started: 'START',
  healthy: 'HEALTHY',
  complete: 'COMPLETE',
  success: 'SUCCESS',
} as const

export function normalizeContainer(
  name: string,
  options: ContainerOptions,
  context: ContainerContext,
): ContainerModel {
  const ports = portsOf(options.ports)
  const bound = (options.uses ?? []).map(bindingVariables)
  return {
    name,
    image: imageModel(name, options.image, context),
    command: options.command,
    entryPoint: options.entryPoint,
    workingDirectory: options.workingDirectory,
    user: options.user,
    ports,
    environment: {
      ...Object.assign({}, ...bound.map(({ environment }) => environment)),
      ...mapValues(options.environment ?? {}, environmentValue),
    },
    secrets: {
      ...Object.assign({}, ...bound.map(({ secrets }) => secrets)),
      ...mapValues(options.secrets ?? {}, secretUse),
    },
    health: options.health && healthModel(options.health, ports),
    essential: options.essential ?? true,
    after: Object.entries(options.after ?? {}).map(([container, condition]) => ({
      container,
      condition: CONDITIONS[condition],
    })),
    startTimeoutSeconds: options.startTimeoutSeconds,
    stopTimeoutSeconds: options.stopTimeoutSeconds,
    cpu: options.cpu,
    memory: options.memory,
    memoryReservation: options.memoryReservation,
    readOnlyRoot: options.readOnlyRoot ?? false,
    init: options.init ?? false,
    ulimits: Object.entries(options.ulimits ?? {}).map(([ulimit, limits]) => ({
      name: ulimit,
      ...limits,
    })),
    labels: options.labels ?? {},
    logGroup: options.logGroup ?? context.logGroup,
  }
}

/** `{ http: 3000 }` as a list. */
export function portsOf(ports: ContainerOptions['ports']): PortModel[] {
  return Object.entries(ports ?? {}).map(([name, value]) =>
    typeof value === 'number'
      ? { name, port: value, protocol: 'tcp' }
      : { name, port: value.port, protocol: value.protocol ?? 'tcp' },
  )
}

/** Names of the variables that a binding sets. */
export function variableNames(binding: Postgres | PostgresBinding): Required<PostgresVariables> {
  const database = binding.kind === 'postgres' ? binding : binding.database
  const given = binding.kind === 'postgres' ? {} : binding.names
  const prefix = typeof given === 'string' ? given : constant(database.name)
  return {
    host: `${prefix}_HOST`,
    port: `${prefix}_PORT`,
    database: `${prefix}_NAME`,
    username: `${prefix}_USER`,
    password: `${prefix}_PASS`,
    ...(typeof given === 'string' ? {} : given),
  }
}

function bindingVariables(binding: Postgres | PostgresBinding): {
  environment: Record<string, EnvironmentValueModel>
  secrets: Record<string, SecretUse>
} {
  const { name, options } = binding.kind === 'postgres' ? binding : binding.database
  const names = variableNames(binding)
  return {
    environment: {
      [names.host]: { database: name, attribute: 'host' },
      [names.port]: { database: name, attribute: 'port' },
      [names.database]: databaseName(name, options.database),
    },
    secrets: {
      [names.username]: { kind: 'database', database: name, key: 'username' },
      [names.password]: { kind: 'database', database: name, key: 'password' },
    },
  }
}

/** Name of the first database of an instance. */
export function databaseName(name: string, given: string | undefined): string {
  return given ?? name.replaceAll('-', '_')
}

function imageModel(
  container: string,
  image: string | BuiltImage,
  { prefix, service, isMain, platform }: ContainerContext,
): ImageModel {
  if (typeof image === 'string') return { kind: 'reference', reference: image }
  const suffix = isMain ? service : `${service}-${container}`
  return {
    kind: 'build',
    parameter: `${pascal(suffix)}Image`,
    context: image.context,
    dockerfile: image.options.dockerfile ?? 'Dockerfile',
    target: image.options.target,
    args: image.options.args ?? {},
    platform,
    repository: image.options.repository ?? `${prefix}-${suffix}`,
  }
}

function environmentValue(value: EnvironmentValue): EnvironmentValueModel {
  if (typeof value !== 'object') return String(value)
  if (!isAttributeValue(value)) return { intrinsic: value }
  const { of, attribute } = value
  return { database: 'name' in of ? String(of.name) : '', attribute }
}

function secretUse(source: NonNullable<ContainerOptions['secrets']>[string]): SecretUse {
  const [secret, key] =
    source.kind === 'secret-key' ? [source.secret, source.key] : [source, undefined]
  return secret.kind === 'secret'
    ? { kind: 'secret', secret: secret.name, key }
    : { kind: 'existing', arn: secret.options.arn, key }
}

function healthModel(
  health: ContainerHealthOptions,
  ports: readonly PortModel[],
): ContainerHealthModel {
  return {
    command: healthCommand(health, ports),
    intervalSeconds: health.intervalSeconds ?? 30,
    timeoutSeconds: health.timeoutSeconds ?? 5,
    retries: health.retries ?? 3,
    startPeriodSeconds: health.startPeriodSeconds ?? 0,
  }
}

function healthCommand(
  { command, http, port }: ContainerHealthOptions,
  ports: readonly PortModel[],
): string[] {
  if (typeof command === 'string') return ['CMD-SHELL', command]
  if (command !== undefined) return ['CMD', ...command]
  const number = (ports.find(({ name }) => name === port) ?? ports[0])?.port ?? 80
  return ['CMD-SHELL', probe(`http://127.0.0.1:${number}${http ?? '/'}`)]
}

/** Images differ in what they bring: the first program that is there asks. */
function probe(url: string): string {
  const node = `fetch('${url}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`
  const python = `import urllib.request as u;u.urlopen('${url}')`
  const has = (program: string): string => `command -v ${program} >/dev/null`
  return [
    `if ${has('curl')}; then curl -fsS -o /dev/null '${url}'`,
    `elif ${has('wget')}; then wget -q -O /dev/null '${url}'`,
    `elif ${has('node')}; then node -e "${node}"`,
    `else python3 -c "${python}"; fi`,
  ].join('; ')
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
