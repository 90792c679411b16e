import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import type { DeployedSecret, DeployedSystem } from './deployed-system.ts'

export interface SecretSummary {
  readonly name: string
  readonly secretId: string
  readonly keys: readonly string[]
  readonly changedAt: Date | undefined
}

/** Names a secret, or one key of a JSON secret: `backend` or `backend.TMDB_TOKEN`. */
export interface SecretPath {
  readonly secret: DeployedSecret
  readonly key: string | undefined
}

export async function listSecrets(system: DeployedSystem): Promise<SecretSummary[]> {
  const client = await system.connection.secretsmanager()
  return Promise.all(
    system.secrets.map(async ({ name, secretId, keys }) => {
      const described = await client.send(new DescribeSecretCommand({ SecretId: secretId }))
      return { name, secretId, keys, changedAt: described.LastChangedDate }
    }),
  )
}

export function secretPath(system: DeployedSystem, path: string): SecretPath {
  const secret =
    system.secrets.find(({ name }) => name === path) ??
    system.secrets.find(({ name }) => path.startsWith(`${name}.`))
  if (secret === undefined) {
    throw new LongshoreError('no-secret', `${system.stackName} has no secret "${path}"`, {
      next: `It has: ${system.secrets.map(({ name }) => name).join(', ') || 'none'}.`,
      exitCode: 2,
    })
  }
  return { secret, key: path === secret.name ? undefined : path.slice(secret.name.length + 1) }
}

export async function getSecret(connection: Connection, { secret, key }: SecretPath) {
  const text = await currentValue(connection, secret.secretId)
  if (key === undefined) return text
  const value = jsonOf(text, secret)[key]
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value)
  throw new LongshoreError('no-secret-key', `the secret ${secret.name} has no key "${key}"`, {
    next: `It has: ${Object.keys(jsonOf(text, secret)).join(', ')}.`,
    exitCode: 2,
  })
}

/** Stores a new value; with a key, the other keys of the JSON secret stay as they are. */
export async function setSecret(
  connection: Connection,
  { secret, key }: SecretPath,
  value: string,
): Promise<void> {
  const client = await connection.secretsmanager()
  const text =
    key === undefined
      ? value
      : JSON.stringify({
          ...jsonOf(await valueSoFar(connection, secret.secretId), secret),
          [key]: value,
        })
  await client.send(new PutSecretValueCommand({ SecretId: secret.secretId, SecretString: text }))
}

/** Makes a new random value the way the definition says it was made. */
export async function rotateSecret(connection: Connection, path: SecretPath): Promise<void> {
  const { generate } = path.secret
  if (generate === undefined) {
    throw new LongshoreError(
      'not-generated',
      `the secret ${path.secret.name} is not a generated one`,
      {
        next: `Give it a value: longshore secrets set ${path.secret.name}.`,
        exitCode: 2,
      },
    )
  }
  const client = await connection.secretsmanager()
  const { RandomPassword } = await client.send(
    new GetRandomPasswordCommand({
      PasswordLength: generate.length,
      ExcludePunctuation: true,
      ...(generate.hex
        ? { ExcludeCharacters: 'ghijklmnopqrstuvwxyz', ExcludeUppercase: true }
        : {}),
    }),
  )
  await setSecret(connection, { ...path, key: generate.key }, RandomPassword ?? '')
}

/** Starts new tasks of every service, which read secrets when they start. */
export async function restartServices(system: DeployedSystem): Promise<void> {
  const ecs = await system.connection.ecs()
  for (const { cluster, serviceName } of system.services) {
    await ecs.send(
      new UpdateServiceCommand({ cluster, service: serviceName, forceNewDeployment: true }),
    )
  }
}

/** A secret that waits for its first value is an empty object so far. */
async function valueSoFar(connection: Connection, secretId: string): Promise<string> {
  try {
    return await currentValue(connection, secretId)
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return '{}'
    throw error
  }
}

async function currentValue(connection: Connection, secretId: string): Promise<string> {
  const client = await connection.secretsmanager()
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  return SecretString ?? ''
}

function jsonOf(text: string, { name }: DeployedSecret): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // The parser's message would quote the secret.
  }
  throw new LongshoreError('not-json', `the secret ${name} is a plain value and has no keys`, {
    next: `Leave the key out: longshore secrets get ${name}.`,
    exitCode: 2,
  })
}
