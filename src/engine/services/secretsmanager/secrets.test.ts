import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { createSecretsmanager } from './service.ts'

const USER = 'arn:aws:iam::000000000000:user/me'
const TOKEN = 'a'.repeat(32)
const DAY_MS = 86_400_000

function setUp() {
  const engine = testEngine({ services: [createSecretsmanager] })
  const api = engine.calls('us-east-1', USER).secretsmanager
  const value = async (SecretId: string, VersionStage?: string) =>
    (await api.getSecretValue({ SecretId, VersionStage })).SecretString
  return { engine, api, value }
}

describe('a secret', () => {
  test('is found by name, by ARN and by the ARN without its suffix', async () => {
    const { api, value } = setUp()
    const { ARN = '' } = await api.createSecret({ Name: 'app/db', SecretString: 'one' })
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-\w{6}$/)
    for (const id of ['app/db', ARN, ARN.slice(0, -7)]) expect(await value(id)).toBe('one')
    await expect(value(`${ARN.slice(0, -6)}zzzzzz`)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
  })

  test('whose name ends like a suffix is found all the same', async () => {
    const { api, value } = setUp()
    const { ARN = '' } = await api.createSecret({ Name: 'token-abcdef', SecretString: 'x' })
    expect(await value(ARN)).toBe('x')
    expect(await value(ARN.slice(0, -7))).toBe('x')
  })

  test('is created once, and a repeated request is the same request', async () => {
    const { api } = setUp()
    const wish = { Name: 'app', SecretString: 'one', ClientRequestToken: TOKEN }
    const first = await api.createSecret(wish)
    expect(first.VersionId).toBe(TOKEN)
    expect(await api.createSecret(wish)).toEqual(first)
    await expect(api.createSecret({ ...wish, SecretString: 'two' })).rejects.toMatchObject({
      code: 'ResourceExistsException',
    })
    await expect(api.createSecret({ Name: 'app' })).rejects.toMatchObject({
      code: 'ResourceExistsException',
      message: 'The operation failed because the secret app already exists.',
    })
  })

  test('may be without a value at first', async () => {
    const { api, value } = setUp()
    const created = await api.createSecret({ Name: 'app' })
    expect(created.VersionId).toBeUndefined()
    await expect(value('app')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message:
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    })
  })

  test('keeps bytes as bytes', async () => {
    const { api } = setUp()
    await api.createSecret({ Name: 'key', SecretBinary: new Uint8Array([0, 255, 1]) })
    const { SecretBinary, SecretString } = await api.getSecretValue({ SecretId: 'key' })
    expect([...(SecretBinary ?? [])]).toEqual([0, 255, 1])
    expect(SecretString).toBeUndefined()
  })

  test.each(['', 'a b', 'x'.repeat(513), 'rds!db'])('is not named %j', async (Name) => {
    await expect(setUp().api.createSecret({ Name })).rejects.toMatchObject({
      code: 'ValidationException',
    })
  })

  test('is refused with a value too long, and the message does not repeat it', async () => {
    const SecretString = 'hush'.repeat(20_000)
    await expect(setUp().api.createSecret({ Name: 'x', SecretString })).rejects.toSatisfy(
      (error) => !(error as Error).message.includes('hush'),
    )
  })
})

describe('versions', () => {
  test('move their stages: the former current one becomes the previous one', async () => {
    const { api, value } = setUp()
    await api.createSecret({ Name: 'app', SecretString: '1' })
    await api.putSecretValue({ SecretId: 'app', SecretString: '2' })
    await api.updateSecret({ SecretId: 'app', SecretString: '3' })
    expect(await value('app')).toBe('3')
    expect(await value('app', 'AWSPREVIOUS')).toBe('2')
    const shown = await api.listSecretVersionIds({ SecretId: 'app' })
    expect(shown.Versions).toHaveLength(2)
    const all = await api.listSecretVersionIds({ SecretId: 'app', IncludeDeprecated: true })
    expect(all.Versions).toHaveLength(3)
  })

  test('may wait under a stage of their own and be moved', async () => {
    const { api, value } = setUp()
    const first = await api.createSecret({ Name: 'app', SecretString: '1' })
    const next = await api.putSecretValue({
      SecretId: 'app',
      SecretString: '2',
      VersionStages: ['AWSPENDING'],
    })
    expect(await value('app')).toBe('1')
    const move = { SecretId: 'app', VersionStage: 'AWSCURRENT', MoveToVersionId: next.VersionId }
    await expect(api.updateSecretVersionStage(move)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(`currently attached to version ${first.VersionId}`),
    })
    await api.updateSecretVersionStage({ ...move, RemoveFromVersionId: first.VersionId })
    expect(await value('app')).toBe('2')
    expect(await value('app', 'AWSPREVIOUS')).toBe('1')
  })

  test('are read by id only under a stage that they bear', async () => {
    const { api } = setUp()
    const { VersionId } = await api.createSecret({ Name: 'app', SecretString: '1' })
    const read = { SecretId: 'app', VersionId }
    expect((await api.getSecretValue(read)).SecretString).toBe('1')
    await expect(
      api.getSecretValue({ ...read, VersionStage: 'AWSPREVIOUS' }),
    ).rejects.toMatchObject({ code: 'InvalidRequestException' })
  })
})

describe('deletion', () => {
  test('waits for its window, in which the secret can be restored', async () => {
    const { engine, api, value } = setUp()
    await api.createSecret({ Name: 'app', SecretString: '1' })
    await api.deleteSecret({ SecretId: 'app', RecoveryWindowInDays: 7 })
    await expect(value('app')).rejects.toMatchObject({ code: 'InvalidRequestException' })
    await expect(api.createSecret({ Name: 'app' })).rejects.toMatchObject({
      code: 'InvalidRequestException',
    })
    expect((await api.listSecrets({})).SecretList).toEqual([])
    await api.restoreSecret({ SecretId: 'app' })
    expect(await value('app')).toBe('1')
    await api.deleteSecret({ SecretId: 'app', RecoveryWindowInDays: 7 })
    await engine.clock.advance(7 * DAY_MS)
    await expect(api.restoreSecret({ SecretId: 'app' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('is immediate when forced, and then succeeds on nothing', async () => {
    const { api } = setUp()
    await api.createSecret({ Name: 'app', SecretString: '1' })
    const force = { SecretId: 'app', ForceDeleteWithoutRecovery: true }
    await api.deleteSecret(force)
    await api.deleteSecret(force)
    await api.createSecret({ Name: 'app', SecretString: '2' })
  })
})

test('filters take prefixes, and an exclamation mark turns them around', async () => {
  const { api } = setUp()
  await api.createSecret({ Name: 'dev/db', Tags: [{ Key: 'system', Value: 'shop' }] })
  await api.createSecret({ Name: 'dev/jwt', Description: 'signs tokens' })
  await api.createSecret({ Name: 'prod/db' })
  const names = async (Key: 'name' | 'tag-value' | 'all', ...Values: string[]) => {
    const found = await api.listSecrets({ Filters: [{ Key, Values }], SortOrder: 'asc' })
    return found.SecretList?.map(({ Name }) => Name)
  }
  expect(await names('name', 'dev/')).toEqual(['dev/db', 'dev/jwt'])
  expect(await names('name', '!dev/')).toEqual(['prod/db'])
  expect(await names('tag-value', 'shop')).toEqual(['dev/db'])
  expect(await names('all', 'TOKEN')).toEqual(['dev/jwt'])
  const batch = await api.batchGetSecretValue({ SecretIdList: ['dev/db', 'none'] })
  expect(batch.Errors?.map(({ SecretId }) => SecretId)).toEqual(['dev/db', 'none'])
})

test('a rotation without a function answers as AWS does', async () => {
  const { api } = setUp()
  await api.createSecret({ Name: 'app', SecretString: '1' })
  await expect(api.rotateSecret({ SecretId: 'app' })).rejects.toMatchObject({
    code: 'InvalidRequestException',
    message: 'No Lambda rotation function ARN is associated with this secret.',
  })
})

test('resource policies are kept when they are well formed', async () => {
  const { api } = setUp()
  await api.createSecret({ Name: 'app' })
  const statement = { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:*', Resource: '*' }
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  await expect(
    api.putResourcePolicy({ SecretId: 'app', ResourcePolicy, BlockPublicPolicy: true }),
  ).rejects.toMatchObject({ code: 'PublicPolicyException' })
  await expect(
    api.putResourcePolicy({ SecretId: 'app', ResourcePolicy: '{' }),
  ).rejects.toMatchObject({ code: 'MalformedPolicyDocumentException' })
  await api.putResourcePolicy({ SecretId: 'app', ResourcePolicy })
  expect(await api.getResourcePolicy({ SecretId: 'app' })).toMatchObject({ ResourcePolicy })
  expect(await api.validateResourcePolicy({ ResourcePolicy })).toMatchObject({
    PolicyValidationPassed: false,
  })
})

test('the state holds no value, and the key only its owner may read', async () => {
  const { engine, api } = setUp()
  await api.createSecret({ Name: 'app', SecretString: 'correct horse' })
  const records = [...engine.store.collection('secretsmanager/secrets').values()]
  expect(JSON.stringify(records)).not.toContain('correct horse')
  const key = join(engine.context.dataDir, 'secretsmanager', 'key')
  expect(statSync(key).mode & 0o777).toBe(0o600)
  expect(readFileSync(key)).toHaveLength(32)
})

test('values open again after a restart', async () => {
  const { engine, api } = setUp()
  await api.createSecret({ Name: 'app', SecretString: 'still here' })
  const context = { ...engine.context, dataDir: engine.context.dataDir }
  const again = createSecretsmanager(context)
  const call = { accountId: '0', region: 'us-east-1', requestId: '', principalArn: USER }
  const read = again.operations['GetSecretValue']
  expect(await read?.({ SecretId: 'app' } as never, call)).toMatchObject({
    SecretString: 'still here',
  })
})
