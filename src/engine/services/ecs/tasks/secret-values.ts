import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { RuntimeError } from '../../../runtimes/runtime.ts'
import type { AwsCalls } from '../../calls.ts'

const SECRET_ARN =
  /^(arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+)(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?$/
const PREFIX = 'unable to pull secrets or registry auth: execution resource retrieval failed'

/**
 * The values of a container's secrets, read once, by the execution role (TASK-10). Rejects with the
 * `ResourceInitializationError` that stops a task; never with a value in it.
 */
export async function secretValues(
  calls: AwsCalls,
  { secrets }: ContainerDefinition,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const { name = '', valueFrom = '' } of secrets ?? []) {
    values[name] = valueFrom.includes(':secretsmanager:')
      ? await fromSecretsManager(calls, valueFrom)
      : await fromParameterStore(calls, valueFrom)
  }
  return values
}

async function fromSecretsManager(calls: AwsCalls, valueFrom: string): Promise<string> {
  const match = SECRET_ARN.exec(valueFrom)
  if (match === null) {
    throw failure(
      'unable to retrieve secret from asm: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.',
    )
  }
  const [, arn = '', key = '', stage = '', version = ''] = match
  const text = await read(() =>
    calls.secretsmanager.getSecretValue({
      SecretId: arn,
      ...(stage === '' ? {} : { VersionStage: stage }),
      ...(version === '' ? {} : { VersionId: version }),
    }),
  )
  const value = text.SecretString ?? ''
  return key === '' ? value : jsonKey(value, key)
}

function jsonKey(text: string, key: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's words would quote the secret.
    throw failure('unable to retrieve secret from asm: the secret is not valid JSON')
  }
  const value = (parsed as Record<string, unknown> | null)?.[key]
  if (value === undefined) {
    throw failure(
      'unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain ' +
        `json key ${key}`,
    )
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function fromParameterStore(calls: AwsCalls, valueFrom: string): Promise<string> {
  const name = /:parameter(\/?.+)$/.exec(valueFrom)?.[1] ?? valueFrom
  const found = await read(() => calls.ssm.getParameters({ Names: [name], WithDecryption: true }))
  const value = found.Parameters?.[0]?.Value
  if (value !== undefined) return value
  throw failure(`unable to retrieve secrets from ssm: invalid parameters: ${name}`)
}

async function read<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw failure(`unable to retrieve secret: ${error.code}: ${error.message}`)
  }
}

function failure(reason: string): RuntimeError {
  return new RuntimeError('ResourceInitializationError', `${PREFIX}: ${reason}`)
}
