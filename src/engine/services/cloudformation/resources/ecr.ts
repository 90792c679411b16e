import type { CreateRepositoryCommandInput, Repository } from '@aws-sdk/client-ecr'
import { camelCased } from './casing.ts'
import type {
  Attributes,
  Created,
  ExistingRequest,
  ResourceHandler,
  ResourceRequest,
} from './handler.ts'
import { changed, documentText, group, optionalText, text } from './properties.ts'
import { required } from './required.ts'
import { isOwn, tagChanges, tagsOf } from './tags.ts'

export const ecrRepository: ResourceHandler = {
  type: 'AWS::ECR::Repository',
  async create(request) {
    const { EncryptionConfiguration, ImageScanningConfiguration, ImageTagMutability } =
      request.properties
    const input: Partial<CreateRepositoryCommandInput> = camelCased('AWS::ECR::Repository', {
      ...(EncryptionConfiguration === undefined ? {} : { EncryptionConfiguration }),
      ...(ImageScanningConfiguration === undefined ? {} : { ImageScanningConfiguration }),
      ...(ImageTagMutability === undefined ? {} : { ImageTagMutability }),
    })
    const { repository } = await request.calls.ecr.createRepository({
      ...input,
      repositoryName: nameOf(request),
      tags: tagsOf(request.properties),
    })
    return createdRepository(repository)
  },
  async find(request) {
    const { repositories = [] } = await request.calls.ecr.describeRepositories({
      repositoryNames: [nameOf(request)],
    })
    const resourceArn = repositories[0]?.repositoryArn
    const { tags } = await request.calls.ecr.listTagsForResource({ resourceArn })
    return isOwn(request, tags) ? createdRepository(repositories[0]) : undefined
  },
  async stabilize(request): Promise<Attributes> {
    await putPolicies(request)
    return request.attributes
  },
  async update(request) {
    const { calls, physicalId: repositoryName, properties, before } = request
    if (changed(request, 'ImageTagMutability'))
      await calls.ecr.putImageTagMutability({
        repositoryName,
        imageTagMutability:
          properties['ImageTagMutability'] === 'IMMUTABLE' ? 'IMMUTABLE' : 'MUTABLE',
      })
    if (changed(request, 'ImageScanningConfiguration'))
      await calls.ecr.putImageScanningConfiguration({
        repositoryName,
        imageScanningConfiguration: {
          scanOnPush: group(properties, 'ImageScanningConfiguration')['ScanOnPush'] === true,
        },
      })
    if (properties['LifecyclePolicy'] === undefined && before['LifecyclePolicy'] !== undefined)
      await calls.ecr.deleteLifecyclePolicy({ repositoryName })
    if (
      properties['RepositoryPolicyText'] === undefined &&
      before['RepositoryPolicyText'] !== undefined
    )
      await calls.ecr.deleteRepositoryPolicy({ repositoryName })
    const { set, removed } = tagChanges(tagsOf(before), tagsOf(properties))
    const resourceArn = text(request.attributes, 'Arn')
    if (removed.length > 0) await calls.ecr.untagResource({ resourceArn, tagKeys: removed })
    if (set.length > 0) await calls.ecr.tagResource({ resourceArn, tags: set })
  },
  async delete({ calls, physicalId, properties }) {
    await calls.ecr.deleteRepository({
      repositoryName: physicalId,
      force: properties['EmptyOnDelete'] === true,
    })
  },
}

function nameOf(request: ResourceRequest): string {
  return (
    optionalText(request.properties, 'RepositoryName') ??
    request.generatedName({ maxLength: 256, lowercase: true })
  )
}

function createdRepository(repository: Repository | undefined): Created {
  return {
    physicalId: required(repository?.repositoryName, 'repositoryName'),
    attributes: {
      Arn: required(repository?.repositoryArn, 'repositoryArn'),
      RepositoryUri: required(repository?.repositoryUri, 'repositoryUri'),
    },
  }
}

async function putPolicies({ calls, physicalId, properties }: ExistingRequest): Promise<void> {
  const lifecycle = optionalText(group(properties, 'LifecyclePolicy'), 'LifecyclePolicyText')
  if (lifecycle !== undefined)
    await calls.ecr.putLifecyclePolicy({
      repositoryName: physicalId,
      lifecyclePolicyText: lifecycle,
    })
  if (properties['RepositoryPolicyText'] !== undefined)
    await calls.ecr.setRepositoryPolicy({
      repositoryName: physicalId,
      policyText: documentText(properties['RepositoryPolicyText']),
    })
}
