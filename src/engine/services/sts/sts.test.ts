import { describe, expect, test } from 'vitest'
import { AwsError } from '../../aws-error.ts'
import { testEngine } from '../../testing/test-engine.ts'
import { createSts, type StsService } from './service.ts'

const ROLE = 'arn:aws:iam::000000000000:role/team/deployer'
const iam = {
  GetRole: ({ RoleName }: { RoleName: string }) => {
    if (RoleName !== 'deployer') throw new AwsError('NoSuchEntity', 'no such role')
    return { Role: { RoleId: 'AROAEXAMPLE', RoleName } }
  },
}

function sts() {
  const engine = testEngine({ services: [createSts], fakes: { iam } })
  return { ...engine, service: engine.services.get('sts') as StsService }
}

describe('AssumeRole', () => {
  test('hands out credentials that are known again as the role’s session', async () => {
    const { calls, service } = sts()
    const { Credentials, AssumedRoleUser } = await calls().sts.assumeRole({
      RoleArn: ROLE,
      RoleSessionName: 'ann',
    })
    const arn = 'arn:aws:sts::000000000000:assumed-role/deployer/ann'
    expect(AssumedRoleUser).toEqual({ Arn: arn, AssumedRoleId: 'AROAEXAMPLE:ann' })
    const { AccessKeyId: accessKeyId = '', SessionToken: sessionToken } = Credentials ?? {}
    expect(accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/)
    expect(service.principalOf({ accessKeyId, sessionToken })).toBe(arn)
    expect(() => service.principalOf({ accessKeyId, sessionToken: 'forged' })).toThrow(
      'The security token included in the request is invalid.',
    )
  })

  test('denies a role that is not there as one that may not be assumed', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/other'
    await expect(
      sts().calls().sts.assumeRole({ RoleArn, RoleSessionName: 'ann' }),
    ).rejects.toMatchObject({ code: 'AccessDenied', status: 403 })
  })

  test.each([
    { RoleArn: 'deployer', RoleSessionName: 'ann' },
    { RoleArn: ROLE, RoleSessionName: 'a b' },
    { RoleArn: ROLE, RoleSessionName: 'ann', DurationSeconds: 60 },
    { RoleArn: ROLE, RoleSessionName: 'ann', DurationSeconds: 100_000 },
  ])('refuses %o', async (input) => {
    await expect(sts().calls().sts.assumeRole(input)).rejects.toMatchObject({
      code: 'ValidationError',
    })
  })
})

test('temporary credentials expire', async () => {
  const { calls, service, clock } = sts()
  const { Credentials } = await calls().sts.getSessionToken({ DurationSeconds: 900 })
  const { AccessKeyId: accessKeyId = '', SessionToken: sessionToken } = Credentials ?? {}
  await clock.advance(899_000)
  expect(service.principalOf({ accessKeyId, sessionToken })).toMatch(/^arn:aws:/)
  await clock.advance(2000)
  expect(() => service.principalOf({ accessKeyId, sessionToken })).toThrow(
    'The security token included in the request is expired',
  )
})

test('any long-term key is the account’s root', async () => {
  const { service, calls } = sts()
  const root = 'arn:aws:iam::000000000000:root'
  expect(service.principalOf({ accessKeyId: 'AKIAEXAMPLE', sessionToken: undefined })).toBe(root)
  await expect(calls('eu-west-1', root).sts.getCallerIdentity({})).resolves.toEqual({
    Account: '000000000000',
    Arn: root,
    UserId: '000000000000',
  })
})
