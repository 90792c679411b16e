import { describe, expect, test } from 'vitest'
import { testEngine } from '../../testing/test-engine.ts'
import { createIam } from './service.ts'

const USER = 'arn:aws:iam::000000000000:user/me'
const TRUST = policy({
  Action: 'sts:AssumeRole',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
})
const READ = policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' })
const EXECUTION = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'

function policy(statement: object): string {
  const Statement = [{ Effect: 'Allow', ...statement }]
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

function iam() {
  return testEngine({ services: [createIam] }).calls('us-east-1', USER).iam
}

async function withRole() {
  const api = iam()
  const { Role } = await api.createRole({ RoleName: 'App', AssumeRolePolicyDocument: TRUST })
  return { api, RoleName: 'App', arn: Role?.Arn ?? '' }
}

describe('a role', () => {
  test('has an ARN with its path, an id and its trust policy in URL encoding', async () => {
    const api = iam()
    await api.createRole({ RoleName: 'App', Path: '/team/', AssumeRolePolicyDocument: TRUST })
    const { Role } = await api.getRole({ RoleName: 'app' })
    expect(Role).toMatchObject({
      RoleName: 'App',
      Arn: 'arn:aws:iam::000000000000:role/team/App',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      MaxSessionDuration: 3600,
    })
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST)
  })

  test('exists once, whatever the case', async () => {
    const { api } = await withRole()
    await expect(
      api.createRole({ RoleName: 'APP', AssumeRolePolicyDocument: TRUST }),
    ).rejects.toMatchObject({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'Role with name APP already exists.',
    })
  })

  test("that is not there is answered in AWS's words", async () => {
    await expect(iam().getRole({ RoleName: 'none' })).rejects.toMatchObject({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The role with name none cannot be found.',
    })
  })

  test('is deleted only when it carries nothing', async () => {
    const { api, RoleName } = await withRole()
    await api.attachRolePolicy({ RoleName, PolicyArn: EXECUTION })
    await api.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: READ })
    const conflict = (message: string) => ({ code: 'DeleteConflict', message })
    await expect(api.deleteRole({ RoleName })).rejects.toMatchObject(
      conflict('Cannot delete entity, must detach all policies first.'),
    )
    await api.detachRolePolicy({ RoleName, PolicyArn: EXECUTION })
    await expect(api.deleteRole({ RoleName })).rejects.toMatchObject(
      conflict('Cannot delete entity, must delete policies first.'),
    )
    await api.deleteRolePolicy({ RoleName, PolicyName: 'read' })
    await api.deleteRole({ RoleName })
  })

  test.each([
    [{ RoleName: 'a b' }, 'ValidationError'],
    [{ RoleName: 'x'.repeat(65) }, 'ValidationError'],
    [{ Path: 'team' }, 'ValidationError'],
    [{ MaxSessionDuration: 60 }, 'ValidationError'],
    [{ AssumeRolePolicyDocument: READ }, 'MalformedPolicyDocument'],
    [{ PermissionsBoundary: 'arn:aws:iam::aws:policy/None' }, 'NoSuchEntity'],
    [{ Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidInput'],
  ])('is not made of %j', async (wish, code) => {
    const valid = { RoleName: 'App', AssumeRolePolicyDocument: TRUST }
    await expect(iam().createRole({ ...valid, ...wish })).rejects.toMatchObject({ code })
  })

  test("of a service is not the user's to change", async () => {
    const api = iam()
    const { Roles } = await api.listRoles({ PathPrefix: '/aws-service-role/' })
    expect(Roles?.map(({ RoleName }) => RoleName)).toEqual(['AWSServiceRoleForECS'])
    await expect(api.deleteRole({ RoleName: 'AWSServiceRoleForECS' })).rejects.toMatchObject({
      code: 'UnmodifiableEntity',
    })
    await expect(
      api.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' }),
    ).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(/^Service role name AWSServiceRoleForECS has been taken/),
    })
  })
})

describe('policies of a role', () => {
  test('are inline or attached, and listed', async () => {
    const { api, RoleName } = await withRole()
    await api.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: READ })
    const { PolicyDocument } = await api.getRolePolicy({ RoleName, PolicyName: 'read' })
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(READ)
    expect((await api.listRolePolicies({ RoleName })).PolicyNames).toEqual(['read'])
    await api.attachRolePolicy({ RoleName, PolicyArn: EXECUTION })
    await api.attachRolePolicy({ RoleName, PolicyArn: EXECUTION })
    expect((await api.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toEqual([
      { PolicyArn: EXECUTION, PolicyName: 'AmazonECSTaskExecutionRolePolicy' },
    ])
    const { Policy } = await api.getPolicy({ PolicyArn: EXECUTION })
    expect(Policy).toMatchObject({ AttachmentCount: 1, DefaultVersionId: 'v1' })
  })

  test('exist before they are attached', async () => {
    const { api, RoleName } = await withRole()
    const PolicyArn = 'arn:aws:iam::aws:policy/Nothing'
    await expect(api.attachRolePolicy({ RoleName, PolicyArn })).rejects.toMatchObject({
      code: 'NoSuchEntity',
      message: `Policy ${PolicyArn} does not exist or is not attachable.`,
    })
    await expect(api.detachRolePolicy({ RoleName, PolicyArn })).rejects.toMatchObject({
      message: `Policy ${PolicyArn} was not found.`,
    })
  })

  test('that are malformed are refused', async () => {
    const { api, RoleName } = await withRole()
    await expect(
      api.putRolePolicy({ RoleName, PolicyName: 'x', PolicyDocument: TRUST }),
    ).rejects.toMatchObject({
      code: 'MalformedPolicyDocument',
      message: 'Policy document should not specify a principal.',
    })
  })
})

describe('a managed policy', () => {
  test('has up to five versions, whose numbers are never used again', async () => {
    const api = iam()
    const { Policy } = await api.createPolicy({ PolicyName: 'read', PolicyDocument: READ })
    const PolicyArn = Policy?.Arn
    const add = async (SetAsDefault = false) =>
      (await api.createPolicyVersion({ PolicyArn, PolicyDocument: READ, SetAsDefault }))
        .PolicyVersion
    for (let i = 0; i < 4; i++) await add()
    await expect(add()).rejects.toMatchObject({ code: 'LimitExceeded' })
    await api.deletePolicyVersion({ PolicyArn, VersionId: 'v5' })
    expect(await add(true)).toMatchObject({ VersionId: 'v6', IsDefaultVersion: true })
    await expect(api.deletePolicyVersion({ PolicyArn, VersionId: 'v6' })).rejects.toMatchObject({
      code: 'DeleteConflict',
    })
    await expect(api.deletePolicy({ PolicyArn })).rejects.toMatchObject({ code: 'DeleteConflict' })
  })

  test('is not deleted while a role has it', async () => {
    const { api, RoleName } = await withRole()
    const { Policy } = await api.createPolicy({ PolicyName: 'read', PolicyDocument: READ })
    const PolicyArn = Policy?.Arn
    await api.attachRolePolicy({ RoleName, PolicyArn })
    await expect(api.deletePolicy({ PolicyArn })).rejects.toMatchObject({
      code: 'DeleteConflict',
      message: 'Cannot delete a policy attached to entities.',
    })
    const entities = await api.listEntitiesForPolicy({ PolicyArn })
    expect(entities.PolicyRoles).toMatchObject([{ RoleName }])
    await api.detachRolePolicy({ RoleName, PolicyArn })
    await api.deletePolicy({ PolicyArn })
  })

  test("of AWS's stays as it is", async () => {
    await expect(iam().deletePolicy({ PolicyArn: EXECUTION })).rejects.toMatchObject({
      code: 'InvalidInput',
    })
  })
})

describe('a simulation', () => {
  test('decides by all that a role carries, and names the policy that decided', async () => {
    const { api, RoleName, arn } = await withRole()
    await api.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: READ })
    await api.attachRolePolicy({ RoleName, PolicyArn: EXECUTION })
    const { EvaluationResults } = await api.simulatePrincipalPolicy({
      PolicySourceArn: arn,
      ActionNames: ['s3:GetObject', 's3:PutObject', 'logs:PutLogEvents'],
      ResourceArns: ['arn:aws:s3:::photos/cat.jpg'],
    })
    expect(
      EvaluationResults?.map(({ EvalDecision, MatchedStatements }) => [
        EvalDecision,
        MatchedStatements?.[0]?.SourcePolicyId,
      ]),
    ).toEqual([
      ['allowed', 'read'],
      ['implicitDeny', undefined],
      ['allowed', EXECUTION],
    ])
  })

  test('stays within the boundary of the role', async () => {
    const api = iam()
    const { Policy } = await api.createPolicy({ PolicyName: 'read', PolicyDocument: READ })
    const { Role } = await api.createRole({
      RoleName: 'limited',
      AssumeRolePolicyDocument: TRUST,
      PermissionsBoundary: Policy?.Arn,
    })
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await api.attachRolePolicy({ RoleName: 'limited', PolicyArn })
    const { EvaluationResults } = await api.simulatePrincipalPolicy({
      PolicySourceArn: Role?.Arn,
      ActionNames: ['s3:GetObject', 'ec2:RunInstances'],
      ResourceArns: ['arn:aws:s3:::photos/cat.jpg'],
    })
    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([
      'allowed',
      'implicitDeny',
    ])
  })

  test('takes policies and a context from the request', async () => {
    const condition = { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }
    const ask = async (ContextKeyValues: string[]) => {
      const { EvaluationResults } = await iam().simulateCustomPolicy({
        PolicyInputList: [policy({ Action: '*', Resource: '*', Condition: condition })],
        ActionNames: ['s3:GetObject'],
        ContextEntries: [{ ContextKeyName: 'aws:SourceVpc', ContextKeyValues }],
      })
      return EvaluationResults?.[0]
    }
    expect(await ask(['vpc-1'])).toMatchObject({ EvalDecision: 'allowed' })
    expect(await ask([])).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:SourceVpc'],
    })
  })
})

test('an instance profile holds one role', async () => {
  const { api, RoleName } = await withRole()
  const InstanceProfileName = 'app'
  await api.createInstanceProfile({ InstanceProfileName })
  await api.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const { InstanceProfile } = await api.getInstanceProfile({ InstanceProfileName })
  expect(InstanceProfile?.Roles).toMatchObject([{ RoleName }])
  await expect(api.deleteRole({ RoleName })).rejects.toMatchObject({ code: 'DeleteConflict' })
  await api.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName })
  await api.deleteInstanceProfile({ InstanceProfileName })
})

test('a user has up to two keys, whose secret is told once', async () => {
  const api = iam()
  const UserName = 'ann'
  await api.createUser({ UserName })
  const { AccessKey } = await api.createAccessKey({ UserName })
  expect(AccessKey?.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(AccessKey?.SecretAccessKey).toHaveLength(40)
  await api.createAccessKey({ UserName })
  await expect(api.createAccessKey({ UserName })).rejects.toMatchObject({ code: 'LimitExceeded' })
  await expect(api.deleteUser({ UserName })).rejects.toMatchObject({ code: 'DeleteConflict' })
  const { AccessKeyMetadata = [] } = await api.listAccessKeys({ UserName })
  expect(JSON.stringify(AccessKeyMetadata)).not.toContain(AccessKey?.SecretAccessKey)
  for (const { AccessKeyId } of AccessKeyMetadata)
    await api.deleteAccessKey({ UserName, AccessKeyId })
  await api.deleteUser({ UserName })
})

test('tags of a role come and go', async () => {
  const { api, RoleName } = await withRole()
  await api.tagRole({
    RoleName,
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  })
  await api.untagRole({ RoleName, TagKeys: ['a'] })
  expect((await api.listRoleTags({ RoleName })).Tags).toEqual([{ Key: 'b', Value: '2' }])
})
