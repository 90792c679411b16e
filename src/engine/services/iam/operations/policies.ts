import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  DeletePolicyCommandInput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  ListEntitiesForPolicyCommandInput,
  ListEntitiesForPolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  ListPolicyTagsCommandInput,
  Policy,
  TagPolicyCommandInput,
  UntagPolicyCommandInput,
} from '@aws-sdk/client-iam'
import type { OperationTable, Output } from '../../service.ts'
import {
  checkDocument,
  checkName,
  checkPath,
  checkTags,
  MAX_MANAGED_POLICY,
  tagList,
} from '../checks.ts'
import { alreadyExists, deleteConflict, invalidInput } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import type { PolicyRecord } from '../records.ts'

export function policyOperations(state: IamState): OperationTable {
  return {
    CreatePolicy: (input: CreatePolicyCommandInput): Output<CreatePolicyCommandOutput> => {
      const policy = newPolicy(state, input)
      state.putPolicy(policy)
      return { Policy: describe(state, policy) }
    },

    GetPolicy: (input: GetPolicyCommandInput): Output<GetPolicyCommandOutput> => {
      const policy = state.policy(input.PolicyArn)
      return { Policy: { ...describe(state, policy), Tags: tagList(policy.tags) } }
    },

    ListPolicies: (input: ListPoliciesCommandInput): Output<ListPoliciesCommandOutput> => {
      const all = [
        ...(input.Scope === 'AWS' ? [] : state.customerPolicies()),
        ...(input.Scope === 'Local' ? [] : state.awsPolicies()),
      ]
      const found = all
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
        .map((policy) => describe(state, policy))
        .filter(({ AttachmentCount = 0 }) => input.OnlyAttached !== true || AttachmentCount > 0)
      const { items, rest } = page(found, input)
      return { Policies: items, ...rest }
    },

    DeletePolicy: (input: DeletePolicyCommandInput) => {
      const policy = owned(state, input.PolicyArn)
      const { roles, users } = state.holdersOf(policy.arn)
      if (roles.length + users.length > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.')
      }
      if (policy.versions.length > 1) {
        throw deleteConflict(
          'This policy has more than one version. Before you delete a policy, you must delete the ' +
            "policy's versions. The default version is deleted with the policy.",
        )
      }
      state.deletePolicy(policy)
      return {}
    },

    ListEntitiesForPolicy: (
      input: ListEntitiesForPolicyCommandInput,
    ): Output<ListEntitiesForPolicyCommandOutput> => {
      const { roles, users } = state.holdersOf(state.policy(input.PolicyArn).arn)
      const { EntityFilter: only } = input
      const shown = <T>(kind: 'Role' | 'User', list: T[]): T[] =>
        only === undefined || only === kind ? list : []
      return {
        PolicyRoles: shown('Role', roles).map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        PolicyUsers: shown('User', users).map(({ name, id }) => ({ UserName: name, UserId: id })),
        PolicyGroups: [],
        IsTruncated: false,
      }
    },

    ...tagOperations(state),
  }
}

function tagOperations(state: IamState): OperationTable {
  return {
    TagPolicy: (input: TagPolicyCommandInput) => {
      const policy = owned(state, input.PolicyArn)
      state.putPolicy({ ...policy, tags: checkTags(input.Tags, policy.tags) })
      return {}
    },

    UntagPolicy: (input: UntagPolicyCommandInput) => {
      const policy = owned(state, input.PolicyArn)
      const removed = new Set(input.TagKeys)
      const left = Object.entries(policy.tags).filter(([key]) => !removed.has(key))
      state.putPolicy({ ...policy, tags: Object.fromEntries(left) })
      return {}
    },

    ListPolicyTags: (input: ListPolicyTagsCommandInput) => {
      const { items, rest } = page(tagList(state.policy(input.PolicyArn).tags), input)
      return { Tags: items, ...rest }
    },
  }
}

function newPolicy(state: IamState, input: CreatePolicyCommandInput): PolicyRecord {
  const name = checkName('policyName', input.PolicyName, 128)
  const path = checkPath(input.Path)
  const document = checkDocument(input.PolicyDocument, 'identity', MAX_MANAGED_POLICY)
  const arn = state.arn('policy', path, name)
  const taken = state.customerPolicies().some((policy) => policy.name === name)
  if (taken) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
  }
  return {
    name,
    path,
    id: state.newId('ANPA'),
    arn,
    description: input.Description,
    createdAt: state.now(),
    updatedAt: state.now(),
    tags: checkTags(input.Tags),
    versions: [{ id: 'v1', document, createdAt: state.now() }],
    defaultVersion: 'v1',
    nextVersion: 2,
  }
}

/** A policy that the account may change: AWS's own are not its. */
export function owned(state: IamState, arn: string | undefined): PolicyRecord {
  const policy = state.policy(arn)
  if (policy.arn.startsWith('arn:aws:iam::aws:')) {
    throw invalidInput(`Cannot perform this operation on an AWS managed policy: ${policy.arn}`)
  }
  return policy
}

function describe(state: IamState, policy: PolicyRecord): Policy {
  const { roles, users } = state.holdersOf(policy.arn)
  const limited = [...state.roles.list(), ...state.users.list()].filter(
    ({ permissionsBoundary }) => permissionsBoundary === policy.arn,
  )
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: roles.length + users.length,
    PermissionsBoundaryUsageCount: limited.length,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  }
}
