import type {
  CreatePolicyVersionCommandInput,
  CreatePolicyVersionCommandOutput,
  DeletePolicyVersionCommandInput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListPolicyVersionsCommandInput,
  ListPolicyVersionsCommandOutput,
  PolicyVersion,
  SetDefaultPolicyVersionCommandInput,
} from '@aws-sdk/client-iam'
import type { OperationTable, Output } from '../../service.ts'
import { checkDocument, encodeDocument, MAX_MANAGED_POLICY } from '../checks.ts'
import { deleteConflict, limitExceeded, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import type { PolicyRecord, PolicyVersionRecord } from '../records.ts'
import { owned } from './policies.ts'

const MAX_VERSIONS = 5

export function policyVersionOperations(state: IamState): OperationTable {
  return {
    CreatePolicyVersion: (
      input: CreatePolicyVersionCommandInput,
    ): Output<CreatePolicyVersionCommandOutput> => {
      const policy = owned(state, input.PolicyArn)
      const document = checkDocument(input.PolicyDocument, 'identity', MAX_MANAGED_POLICY)
      if (policy.versions.length >= MAX_VERSIONS) {
        throw limitExceeded(
          `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new ` +
            'version, you must delete an existing version.',
        )
      }
      const version = { id: `v${policy.nextVersion}`, document, createdAt: state.now() }
      const changed = {
        ...policy,
        versions: [...policy.versions, version],
        nextVersion: policy.nextVersion + 1,
        defaultVersion: input.SetAsDefault === true ? version.id : policy.defaultVersion,
        updatedAt: state.now(),
      }
      state.putPolicy(changed)
      return { PolicyVersion: describe(changed, version) }
    },

    GetPolicyVersion: (
      input: GetPolicyVersionCommandInput,
    ): Output<GetPolicyVersionCommandOutput> => {
      const policy = state.policy(input.PolicyArn)
      const version = versionOf(policy, input.VersionId)
      const Document = encodeDocument(version.document)
      return { PolicyVersion: { ...describe(policy, version), Document } }
    },

    ListPolicyVersions: (
      input: ListPolicyVersionsCommandInput,
    ): Output<ListPolicyVersionsCommandOutput> => {
      const policy = state.policy(input.PolicyArn)
      const { items, rest } = page(policy.versions.toReversed(), input)
      return { Versions: items.map((version) => describe(policy, version)), ...rest }
    },

    SetDefaultPolicyVersion: (input: SetDefaultPolicyVersionCommandInput) => {
      const policy = owned(state, input.PolicyArn)
      const { id } = versionOf(policy, input.VersionId)
      state.putPolicy({ ...policy, defaultVersion: id, updatedAt: state.now() })
      return {}
    },

    DeletePolicyVersion: (input: DeletePolicyVersionCommandInput) => {
      const policy = owned(state, input.PolicyArn)
      const version = versionOf(policy, input.VersionId)
      if (version.id === policy.defaultVersion) {
        throw deleteConflict('Cannot delete the default version of a policy.')
      }
      const versions = policy.versions.filter((other) => other !== version)
      state.putPolicy({ ...policy, versions })
      return {}
    },
  }
}

function versionOf(policy: PolicyRecord, id: string | undefined): PolicyVersionRecord {
  const version = policy.versions.find((candidate) => candidate.id === id)
  if (version !== undefined) return version
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`)
}

function describe(policy: PolicyRecord, version: PolicyVersionRecord): PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdAt),
  }
}
