import type {
  CreateRepositoryCommandInput,
  DeleteLifecyclePolicyCommandInput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryPolicyCommandInput,
  DescribeRepositoriesCommandInput,
  GetLifecyclePolicyCommandInput,
  GetRepositoryPolicyCommandInput,
  ListTagsForResourceCommandInput,
  PutImageScanningConfigurationCommandInput,
  PutImageTagMutabilityCommandInput,
  PutLifecyclePolicyCommandInput,
  Repository,
  SetRepositoryPolicyCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-ecr'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import type { EcrState } from '../ecr-state.ts'
import type { RepositoryRecord } from '../records.ts'

const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

export function repositoryOperations(state: EcrState): OperationTable {
  return {
    CreateRepository: (input: CreateRepositoryCommandInput, call: Call) => {
      const name = input.repositoryName ?? ''
      if (!NAME.test(name) || name.length < 2 || name.length > 256) {
        throw new AwsError(
          'InvalidParameterException',
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
        )
      }
      if (state.anywhere(name) !== undefined) {
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${call.accountId}'`,
        )
      }
      const repository: RepositoryRecord = {
        region: call.region,
        name,
        arn: `arn:aws:ecr:${call.region}:${call.accountId}:repository/${name}`,
        createdAt: state.context.clock.now(),
        tagMutability: input.imageTagMutability ?? 'MUTABLE',
        scanning: { scanOnPush: false, ...input.imageScanningConfiguration },
        encryption: input.encryptionConfiguration ?? { encryptionType: 'AES256' },
        lifecyclePolicy: undefined,
        policy: undefined,
        tags: tagRecord(input.tags),
      }
      state.putRepository(repository)
      return { repository: describe(state, repository) }
    },

    DescribeRepositories: (input: DescribeRepositoriesCommandInput, call: Call) => ({
      repositories: (
        input.repositoryNames?.map((name) => state.repository(call.region, name)) ??
        [...state.repositories.values()].filter(({ region }) => region === call.region)
      ).map((repository) => describe(state, repository)),
    }),

    DeleteRepository: (input: DeleteRepositoryCommandInput, call: Call) => {
      const repository = state.repository(call.region, input.repositoryName)
      const images = state.imagesOf(repository)
      if (images.length > 0 && input.force !== true) {
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${repository.name}' in registry with id '${call.accountId}' cannot be deleted because it still contains images`,
        )
      }
      for (const image of images) state.deleteImage(image)
      state.repositories.delete(`${repository.region}/${repository.name}`)
      return { repository: describe(state, repository) }
    },
    ...settings(state),
    ...tags(state),
  }
}

function settings(state: EcrState): OperationTable {
  const change = (call: Call, name: string | undefined, patch: Partial<RepositoryRecord>) => {
    const repository = state.repository(call.region, name)
    state.putRepository({ ...repository, ...patch })
    return { registryId: call.accountId, repositoryName: repository.name }
  }
  const missing = (code: string, what: string, name: string): AwsError =>
    new AwsError(code, `${what} does not exist for the repository with name '${name}'`)
  return {
    PutImageTagMutability: (input: PutImageTagMutabilityCommandInput, call: Call) => ({
      ...change(call, input.repositoryName, {
        tagMutability: input.imageTagMutability ?? 'MUTABLE',
      }),
      imageTagMutability: input.imageTagMutability,
    }),
    PutImageScanningConfiguration: (
      input: PutImageScanningConfigurationCommandInput,
      call: Call,
    ) => ({
      ...change(call, input.repositoryName, { scanning: input.imageScanningConfiguration ?? {} }),
      imageScanningConfiguration: input.imageScanningConfiguration,
    }),
    PutLifecyclePolicy: (input: PutLifecyclePolicyCommandInput, call: Call) => ({
      ...change(call, input.repositoryName, { lifecyclePolicy: input.lifecyclePolicyText }),
      lifecyclePolicyText: input.lifecyclePolicyText,
    }),
    GetLifecyclePolicy: (input: GetLifecyclePolicyCommandInput, call: Call) => {
      const { name, lifecyclePolicy } = state.repository(call.region, input.repositoryName)
      if (lifecyclePolicy === undefined) {
        throw missing('LifecyclePolicyNotFoundException', 'Lifecycle policy', name)
      }
      return {
        repositoryName: name,
        registryId: call.accountId,
        lifecyclePolicyText: lifecyclePolicy,
      }
    },
    DeleteLifecyclePolicy: (input: DeleteLifecyclePolicyCommandInput, call: Call) =>
      change(call, input.repositoryName, { lifecyclePolicy: undefined }),
    SetRepositoryPolicy: (input: SetRepositoryPolicyCommandInput, call: Call) => ({
      ...change(call, input.repositoryName, { policy: input.policyText }),
      policyText: input.policyText,
    }),
    GetRepositoryPolicy: (input: GetRepositoryPolicyCommandInput, call: Call) => {
      const { name, policy } = state.repository(call.region, input.repositoryName)
      if (policy === undefined) {
        throw missing('RepositoryPolicyNotFoundException', 'Repository policy', name)
      }
      return { repositoryName: name, registryId: call.accountId, policyText: policy }
    },
    DeleteRepositoryPolicy: (input: DeleteRepositoryPolicyCommandInput, call: Call) =>
      change(call, input.repositoryName, { policy: undefined }),
  }
}

function tags(state: EcrState): OperationTable {
  const byArn = (call: Call, arn: string | undefined): RepositoryRecord =>
    state.repository(call.region, (arn ?? '').split(':repository/')[1])
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) => {
      const repository = byArn(call, input.resourceArn)
      state.putRepository({ ...repository, tags: { ...repository.tags, ...tagRecord(input.tags) } })
      return {}
    },
    UntagResource: (input: UntagResourceCommandInput, call: Call) => {
      const repository = byArn(call, input.resourceArn)
      const kept = Object.entries(repository.tags).filter(([key]) => !input.tagKeys?.includes(key))
      state.putRepository({ ...repository, tags: Object.fromEntries(kept) })
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
      tags: Object.entries(byArn(call, input.resourceArn).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  }
}

function tagRecord(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

function describe(state: EcrState, repository: RepositoryRecord): Repository {
  return {
    repositoryArn: repository.arn,
    registryId: state.context.accountId,
    repositoryName: repository.name,
    repositoryUri: state.uri(repository.name),
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.tagMutability,
    imageScanningConfiguration: repository.scanning,
    encryptionConfiguration: repository.encryption,
  }
}
