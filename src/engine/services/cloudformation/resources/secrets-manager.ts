import type { GetRandomPasswordCommandInput } from '@aws-sdk/client-secrets-manager'
import type { AwsCalls } from '../../calls.ts'
import { validationError } from '../errors.ts'
import type { Properties, ResourceHandler, ResourceRequest } from './handler.ts'
import { changed, group, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'
import { isOwn, tagChanges, tagsOf } from './tags.ts'

const secret: ResourceHandler = {
  type: 'AWS::SecretsManager::Secret',
  async create(request) {
    const { properties } = request
    const { ARN } = await request.calls.secretsmanager.createSecret({
      ...described(properties),
      Name: nameOf(request),
      SecretString: await secretString(request),
      Tags: tagsOf(properties),
    })
    const arn = required(ARN, 'ARN')
    return { physicalId: arn, attributes: { Id: arn } }
  },
  async find(request) {
    const { ARN, Tags } = await request.calls.secretsmanager.describeSecret({
      SecretId: nameOf(request),
    })
    return ARN !== undefined && isOwn(request, Tags)
      ? { physicalId: ARN, attributes: { Id: ARN } }
      : undefined
  },
  async update(request) {
    const { calls, physicalId: SecretId, properties } = request
    const isNewValue = changed(request, 'SecretString') || changed(request, 'GenerateSecretString')
    await calls.secretsmanager.updateSecret({
      ...described(properties),
      SecretId,
      ...(isNewValue ? { SecretString: await secretString(request) } : {}),
    })
    const { set, removed } = tagChanges(tagsOf(request.before), tagsOf(properties))
    if (removed.length > 0) await calls.secretsmanager.untagResource({ SecretId, TagKeys: removed })
    if (set.length > 0) await calls.secretsmanager.tagResource({ SecretId, Tags: set })
  },
  async delete({ calls, physicalId }) {
    await calls.secretsmanager.deleteSecret({
      SecretId: physicalId,
      ForceDeleteWithoutRecovery: true,
    })
  },
}

function nameOf(request: ResourceRequest): string {
  return optionalText(request.properties, 'Name') ?? request.generatedName({ maxLength: 512 })
}

function described(properties: Properties): { Description?: string; KmsKeyId?: string } {
  return part<{ Description: string; KmsKeyId: string }>(properties, ['Description', 'KmsKeyId'])
}

/** The value that the template gives, or a generated one. */
async function secretString({ calls, properties }: ResourceRequest): Promise<string> {
  const given = optionalText(properties, 'SecretString')
  if (given !== undefined) return given
  const rule = group(properties, 'GenerateSecretString')
  const { RandomPassword = '' } = await calls.secretsmanager.getRandomPassword(
    part<GetRandomPasswordCommandInput>(rule, [
      'ExcludeCharacters',
      'ExcludeLowercase',
      'ExcludeNumbers',
      'ExcludePunctuation',
      'ExcludeUppercase',
      'IncludeSpace',
      'PasswordLength',
      'RequireEachIncludedType',
    ]),
  )
  const key = optionalText(rule, 'GenerateStringKey')
  if (key === undefined) return RandomPassword
  return JSON.stringify({
    ...jsonObject(text(rule, 'SecretStringTemplate')),
    [key]: RandomPassword,
  })
}

function jsonObject(source: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(source)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below: the text itself may hold a secret and is not repeated.
  }
  throw validationError('Secrets Manager expects the secret string to be a JSON object.')
}

const CONNECTION = ['engine', 'host', 'port', 'dbname', 'dbInstanceIdentifier']

/** Writes where the database is into its secret, beside user name and password. */
const attachment: ResourceHandler = {
  type: 'AWS::SecretsManager::SecretTargetAttachment',
  async create(request) {
    await attach(request)
    const secretId = text(request.properties, 'SecretId')
    return { physicalId: secretId, attributes: { Id: secretId } }
  },
  update: attach,
  async delete({ calls, properties }) {
    const SecretId = text(properties, 'SecretId')
    const value = await readSecret(calls, SecretId)
    const kept = Object.entries(value).filter(([key]) => !CONNECTION.includes(key))
    await calls.secretsmanager.putSecretValue({
      SecretId,
      SecretString: JSON.stringify(Object.fromEntries(kept)),
    })
  },
}

async function attach({ calls, properties }: ResourceRequest): Promise<void> {
  const SecretId = text(properties, 'SecretId')
  if (text(properties, 'TargetType') !== 'AWS::RDS::DBInstance')
    throw validationError('The engine attaches secrets to AWS::RDS::DBInstance only.')
  const { DBInstances = [] } = await calls.rds.describeDBInstances({
    DBInstanceIdentifier: text(properties, 'TargetId'),
  })
  const [target] = DBInstances
  const connection = {
    engine: target?.Engine,
    host: target?.Endpoint?.Address,
    port: target?.Endpoint?.Port,
    dbname: target?.DBName,
    dbInstanceIdentifier: target?.DBInstanceIdentifier,
  }
  await calls.secretsmanager.putSecretValue({
    SecretId,
    SecretString: JSON.stringify({ ...(await readSecret(calls, SecretId)), ...connection }),
  })
}

async function readSecret(calls: AwsCalls, SecretId: string): Promise<Record<string, unknown>> {
  const { SecretString = '{}' } = await calls.secretsmanager.getSecretValue({ SecretId })
  return jsonObject(SecretString)
}

export const secretsManagerHandlers = [secret, attachment]
