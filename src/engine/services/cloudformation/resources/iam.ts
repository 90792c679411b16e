import type { CreatePolicyCommandInput, CreateRoleCommandInput } from '@aws-sdk/client-iam'
import type { AwsCalls } from '../../calls.ts'
import type {
  Attributes,
  ExistingRequest,
  Properties,
  ResourceHandler,
  UpdateRequest,
} from './handler.ts'
import { changed, documentText, list, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'
import { tagChanges, tagsOf } from './tags.ts'

const MAX_NAME = 64

/** IAM of the engine takes no tags of the system's, so the stack's own are left out. */
function userTags(properties: Properties) {
  return tagsOf(properties).filter(({ Key }) => !Key.startsWith('aws:'))
}

interface InlinePolicy {
  PolicyName: string
  PolicyDocument: unknown
}

const role: ResourceHandler = {
  type: 'AWS::IAM::Role',
  async create(request) {
    const { calls, properties } = request
    const RoleName =
      optionalText(properties, 'RoleName') ?? request.generatedName({ maxLength: MAX_NAME })
    const { Role } = await calls.iam.createRole({
      ...part<CreateRoleCommandInput>(properties, [
        'Description',
        'MaxSessionDuration',
        'Path',
        'PermissionsBoundary',
      ]),
      RoleName,
      AssumeRolePolicyDocument: documentText(properties['AssumeRolePolicyDocument']),
      Tags: userTags(properties),
    })
    return {
      physicalId: RoleName,
      attributes: { Arn: required(Role?.Arn, 'Arn'), RoleId: required(Role?.RoleId, 'RoleId') },
    }
  },
  async find(request) {
    // A generated name ends in a suffix of its own; a given one may be somebody else's role.
    if (optionalText(request.properties, 'RoleName') !== undefined) return undefined
    const RoleName = request.generatedName({ maxLength: MAX_NAME })
    const { Role } = await request.calls.iam.getRole({ RoleName })
    return {
      physicalId: RoleName,
      attributes: { Arn: required(Role?.Arn, 'Arn'), RoleId: required(Role?.RoleId, 'RoleId') },
    }
  },
  async stabilize({ calls, physicalId, properties }) {
    await applyRolePolicies(calls, physicalId, { before: {}, after: properties })
  },
  async update(request) {
    const { calls, physicalId, properties, before } = request
    if (changed(request, 'AssumeRolePolicyDocument'))
      await calls.iam.updateAssumeRolePolicy({
        RoleName: physicalId,
        PolicyDocument: documentText(properties['AssumeRolePolicyDocument']),
      })
    if (changed(request, 'Description') || changed(request, 'MaxSessionDuration'))
      await calls.iam.updateRole({
        ...part<CreateRoleCommandInput>(properties, ['Description', 'MaxSessionDuration']),
        RoleName: physicalId,
      })
    await updateBoundary(request)
    await applyRolePolicies(calls, physicalId, { before, after: properties })
    await updateRoleTags(request)
  },
  async delete({ calls, physicalId }) {
    const { AttachedPolicies = [] } = await calls.iam.listAttachedRolePolicies({
      RoleName: physicalId,
    })
    for (const { PolicyArn } of AttachedPolicies)
      await calls.iam.detachRolePolicy({ RoleName: physicalId, PolicyArn })
    const { PolicyNames = [] } = await calls.iam.listRolePolicies({ RoleName: physicalId })
    for (const PolicyName of PolicyNames)
      await calls.iam.deleteRolePolicy({ RoleName: physicalId, PolicyName })
    await calls.iam.deleteRole({ RoleName: physicalId })
  },
}

async function updateBoundary(request: UpdateRequest): Promise<void> {
  if (!changed(request, 'PermissionsBoundary')) return
  const PermissionsBoundary = optionalText(request.properties, 'PermissionsBoundary')
  const RoleName = request.physicalId
  if (PermissionsBoundary === undefined)
    await request.calls.iam.deleteRolePermissionsBoundary({ RoleName })
  else await request.calls.iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary })
}

async function updateRoleTags({ calls, physicalId, before, properties }: UpdateRequest) {
  const { set, removed } = tagChanges(userTags(before), userTags(properties))
  if (removed.length > 0) await calls.iam.untagRole({ RoleName: physicalId, TagKeys: removed })
  if (set.length > 0) await calls.iam.tagRole({ RoleName: physicalId, Tags: set })
}

/** Attaches managed policies and puts inline ones; takes away what is no longer wanted. */
async function applyRolePolicies(
  calls: AwsCalls,
  RoleName: string,
  { before, after }: { before: Properties; after: Properties },
): Promise<void> {
  const wanted = list<string>(after, 'ManagedPolicyArns')
  const had = list<string>(before, 'ManagedPolicyArns')
  for (const PolicyArn of had.filter((arn) => !wanted.includes(arn)))
    await calls.iam.detachRolePolicy({ RoleName, PolicyArn })
  for (const PolicyArn of wanted) await calls.iam.attachRolePolicy({ RoleName, PolicyArn })
  const inline = list<InlinePolicy>(after, 'Policies')
  const names = new Set(inline.map(({ PolicyName }) => PolicyName))
  for (const { PolicyName } of list<InlinePolicy>(before, 'Policies'))
    if (!names.has(PolicyName)) await calls.iam.deleteRolePolicy({ RoleName, PolicyName })
  for (const { PolicyName, PolicyDocument } of inline)
    await calls.iam.putRolePolicy({
      RoleName,
      PolicyName,
      PolicyDocument: documentText(PolicyDocument),
    })
}

/** `AWS::IAM::Policy` is one inline policy put on every role that it names. */
const policy: ResourceHandler = {
  type: 'AWS::IAM::Policy',
  async create(request) {
    refuseUsersAndGroups(request.properties)
    await putOnRoles(request.calls, request.properties)
    const id = request.generatedName({ maxLength: 128 })
    return { physicalId: id, attributes: { Id: id } }
  },
  async update({ calls, before, properties }) {
    refuseUsersAndGroups(properties)
    const isRenamed = before['PolicyName'] !== properties['PolicyName']
    const kept = isRenamed ? [] : list<string>(properties, 'Roles')
    await putOnRoles(calls, properties)
    await takeFromRoles(
      calls,
      text(before, 'PolicyName'),
      list<string>(before, 'Roles').filter((name) => !kept.includes(name)),
    )
  },
  delete: ({ calls, properties }) =>
    takeFromRoles(calls, text(properties, 'PolicyName'), list<string>(properties, 'Roles')),
}

function refuseUsersAndGroups(properties: Properties): void {
  if (list(properties, 'Users').length + list(properties, 'Groups').length > 0)
    throw new Error('Policies of IAM users and groups are not supported by this engine')
}

async function putOnRoles(calls: AwsCalls, properties: Properties): Promise<void> {
  for (const RoleName of list<string>(properties, 'Roles'))
    await calls.iam.putRolePolicy({
      RoleName,
      PolicyName: text(properties, 'PolicyName'),
      PolicyDocument: documentText(properties['PolicyDocument']),
    })
}

async function takeFromRoles(
  calls: AwsCalls,
  PolicyName: string,
  roles: readonly string[],
): Promise<void> {
  for (const RoleName of roles) await calls.iam.deleteRolePolicy({ RoleName, PolicyName })
}

const rolePolicy: ResourceHandler = {
  type: 'AWS::IAM::RolePolicy',
  async create({ calls, properties }) {
    await putOneRolePolicy(calls, properties)
    return { physicalId: `${text(properties, 'PolicyName')}|${text(properties, 'RoleName')}` }
  },
  update: ({ calls, properties }) => putOneRolePolicy(calls, properties),
  async delete({ calls, properties }) {
    await calls.iam.deleteRolePolicy({
      RoleName: text(properties, 'RoleName'),
      PolicyName: text(properties, 'PolicyName'),
    })
  },
}

async function putOneRolePolicy(calls: AwsCalls, properties: Properties): Promise<void> {
  await calls.iam.putRolePolicy({
    RoleName: text(properties, 'RoleName'),
    PolicyName: text(properties, 'PolicyName'),
    PolicyDocument: documentText(properties['PolicyDocument']),
  })
}

const managedPolicy: ResourceHandler = {
  type: 'AWS::IAM::ManagedPolicy',
  async create(request) {
    const { calls, properties } = request
    refuseUsersAndGroups(properties)
    const { Policy } = await calls.iam.createPolicy({
      ...part<CreatePolicyCommandInput>(properties, ['Description', 'Path']),
      PolicyName:
        optionalText(properties, 'ManagedPolicyName') ?? request.generatedName({ maxLength: 128 }),
      PolicyDocument: documentText(properties['PolicyDocument']),
      Tags: userTags(properties),
    })
    const arn = required(Policy?.Arn, 'Arn')
    return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: Policy?.PolicyId ?? '' } }
  },
  async stabilize(request): Promise<Attributes> {
    for (const RoleName of list<string>(request.properties, 'Roles'))
      await request.calls.iam.attachRolePolicy({ RoleName, PolicyArn: request.physicalId })
    const { Policy } = await request.calls.iam.getPolicy({ PolicyArn: request.physicalId })
    return {
      ...request.attributes,
      DefaultVersionId: Policy?.DefaultVersionId ?? 'v1',
      IsAttachable: Policy?.IsAttachable ?? true,
      AttachmentCount: Policy?.AttachmentCount ?? 0,
    }
  },
  async update(request) {
    const { calls, before, properties, physicalId: PolicyArn } = request
    if (changed(request, 'PolicyDocument')) {
      await dropOldestVersion(request)
      await calls.iam.createPolicyVersion({
        PolicyArn,
        PolicyDocument: documentText(properties['PolicyDocument']),
        SetAsDefault: true,
      })
    }
    const wanted = list<string>(properties, 'Roles')
    for (const RoleName of list<string>(before, 'Roles'))
      if (!wanted.includes(RoleName)) await calls.iam.detachRolePolicy({ RoleName, PolicyArn })
  },
  async delete({ calls, properties, physicalId: PolicyArn }) {
    for (const RoleName of list<string>(properties, 'Roles'))
      await calls.iam.detachRolePolicy({ RoleName, PolicyArn })
    const { Versions = [] } = await calls.iam.listPolicyVersions({ PolicyArn })
    for (const { VersionId, IsDefaultVersion } of Versions)
      if (IsDefaultVersion !== true) await calls.iam.deletePolicyVersion({ PolicyArn, VersionId })
    await calls.iam.deletePolicy({ PolicyArn })
  },
}

/** IAM keeps five versions of a policy. */
async function dropOldestVersion({ calls, physicalId }: ExistingRequest): Promise<void> {
  const { Versions = [] } = await calls.iam.listPolicyVersions({ PolicyArn: physicalId })
  if (Versions.length < 5) return
  const oldest = Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true).at(-1)
  if (oldest !== undefined)
    await calls.iam.deletePolicyVersion({ PolicyArn: physicalId, VersionId: oldest.VersionId })
}

export const iamHandlers = [role, policy, rolePolicy, managedPolicy]
