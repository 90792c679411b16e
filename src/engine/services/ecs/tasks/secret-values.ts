import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { parseArn } from '../../../../aws/arn.ts'
import { AwsError } from '../../../aws-error.ts'
import { RuntimeError } from '../../../runtimes/runtime.ts'
import type { AwsCalls } from '../../calls.ts'

const PREFIX = 'unable to pull secrets or registry auth: execution resource retrieval failed'
const ASM = 'unable to retrieve secret from asm'
const SSM = 'unable to retrieve secrets from ssm'

/**
 * Reads the secrets of a task's containers once, as the execution role (TASK-10, K12); a secret that
 * many variables take a key of is asked for once. Rejects with the `ResourceInitializationError` that
 * stops a task; never with a value in it.
 */
export class SecretReader {
  readonly #calls: (region: string) => AwsCalls
  readonly #region: string
  readonly #texts = new Map<string, Promise<string>>()

  constructor(calls: (region: string) => AwsCalls, region: string) {
    this.#calls = calls
    this.#region = region
  }

  async valuesOf({ secrets = [] }: ContainerDefinition): Promise<Record<string, string>> {
    const entries = await Promise.all(
      secrets.map(async ({ name = '', valueFrom = '' }) => [name, await this.#value(valueFrom)]),
    )
    return Object.fromEntries(entries) as Record<string, string>
  }

  #value(valueFrom: string): Promise<string> {
    return parseArn(valueFrom)?.service === 'secretsmanager'
      ? this.#fromSecretsManager(valueFrom)
      : this.#fromParameterStore(valueFrom)
  }

  async #fromSecretsManager(valueFrom: string): Promise<string> {
    const parts = valueFrom.split(':')
    // The secret alone, or with all three of key, stage and version, however empty.
    if (parts.length !== 7 && parts.length !== 10) {
      throw failure(
        `${ASM}: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.`,
      )
    }
    const arn = parts.slice(0, 7).join(':')
    const [key = '', stage = '', version = ''] = parts.slice(7)
    const request = `${arn} ${stage} ${version}`
    const text =
      this.#texts.get(request) ?? this.#secret({ arn, stage, version, region: parts[3] ?? '' })
    this.#texts.set(request, text)
    return key === '' ? text : jsonKey(await text, key)
  }

  async #secret(of: {
    readonly arn: string
    readonly stage: string
    readonly version: string
    readonly region: string
  }): Promise<string> {
    try {
      const { SecretString, SecretBinary } = await this.#calls(
        of.region,
      ).secretsmanager.getSecretValue({
        SecretId: of.arn,
        ...(of.stage === '' ? {} : { VersionStage: of.stage }),
        ...(of.version === '' ? {} : { VersionId: of.version }),
      })
      return SecretString ?? Buffer.from(SecretBinary ?? []).toString()
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw failure(
        `${ASM}: service call has been retried 1 time(s): failed to fetch secret ${of.arn} from ` +
          `secrets manager: ${error.code}: ${error.message}`,
      )
    }
  }

  /** A name, or an ARN, perhaps with a version or label. */
  async #fromParameterStore(valueFrom: string): Promise<string> {
    const arn = parseArn(valueFrom)
    const region = arn?.region ?? this.#region
    const name = arn === undefined ? valueFrom : nameIn(arn.resource)
    const fetching = `${SSM}: service call has been retried 1 time(s): Fetching secret data from SSM Parameter Store in ${region}`
    try {
      const { Parameters } = await this.#calls(region).ssm.getParameters({
        Names: [name],
        WithDecryption: true,
      })
      const value = Parameters?.[0]?.Value
      if (value !== undefined) return value
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      throw failure(`${fetching}: ${error.code}: ${error.message}`)
    }
    throw failure(`${fetching}: invalid parameters: ${name}`)
  }
}

/** `parameter/a/b` is the parameter `/a/b`, and `parameter/a` the parameter `a`. */
function nameIn(resource: string): string {
  const name = resource.replace(/^parameter/, '')
  return name.indexOf('/', 1) === -1 ? name.slice(1) : name
}

function jsonKey(text: string, key: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's words would quote the secret.
    throw failure(`${ASM}: the secret is not valid JSON`)
  }
  const value = (parsed as Record<string, unknown> | null)?.[key]
  if (value === undefined) {
    throw failure(`${ASM}: retrieved secret from Secrets Manager did not contain json key ${key}`)
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function failure(reason: string): RuntimeError {
  return new RuntimeError('ResourceInitializationError', `${PREFIX}: ${reason}`)
}
