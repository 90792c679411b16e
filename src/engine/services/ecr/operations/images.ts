import type {
  BatchDeleteImageCommandInput,
  BatchGetImageCommandInput,
  DescribeImagesCommandInput,
  GetAuthorizationTokenCommandInput,
  ImageIdentifier,
  ListImagesCommandInput,
  PutImageCommandInput,
} from '@aws-sdk/client-ecr'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import type { EcrState } from '../ecr-state.ts'
import type { ImageRecord, RepositoryRecord } from '../records.ts'
import { registryPassword } from '../registry/password.ts'

const TWELVE_HOURS_MS = 12 * 3_600_000

export function imageOperations(state: EcrState): OperationTable {
  return {
    GetAuthorizationToken: (_input: GetAuthorizationTokenCommandInput) => {
      const { clock } = state.context
      const token = Buffer.from(`AWS:${registryPassword(state.context)}`).toString('base64')
      return {
        authorizationData: [
          {
            authorizationToken: token,
            expiresAt: new Date(clock.now() + clock.real(TWELVE_HOURS_MS)),
            proxyEndpoint: state.context.endpoint.replace('127.0.0.1', 'localhost'),
          },
        ],
      }
    },
    BatchGetImage: (input: BatchGetImageCommandInput, call: Call) => {
      const repository = state.repository(call.region, input.repositoryName)
      const asked = (input.imageIds ?? []).map((id) => ({ id, image: find(state, repository, id) }))
      return {
        images: asked.flatMap(({ id, image }) =>
          image === undefined
            ? []
            : [
                {
                  registryId: call.accountId,
                  repositoryName: repository.name,
                  imageId: { imageDigest: image.digest, imageTag: id.imageTag },
                  imageManifest: image.manifest,
                  imageManifestMediaType: image.mediaType,
                },
              ],
        ),
        failures: asked.filter(({ image }) => image === undefined).map(({ id }) => notFound(id)),
      }
    },
    PutImage: (input: PutImageCommandInput, call: Call) => {
      const repository = state.repository(call.region, input.repositoryName)
      const image = state.push(repository, {
        manifest: input.imageManifest ?? '',
        mediaType: input.imageManifestMediaType ?? 'application/vnd.oci.image.manifest.v1+json',
        tag: input.imageTag,
      })
      return {
        image: {
          registryId: call.accountId,
          repositoryName: repository.name,
          imageId: { imageDigest: image.digest, imageTag: input.imageTag },
          imageManifest: image.manifest,
        },
      }
    },
    BatchDeleteImage: (input: BatchDeleteImageCommandInput, call: Call) => {
      const repository = state.repository(call.region, input.repositoryName)
      const asked = (input.imageIds ?? []).map((id) => ({ id, image: find(state, repository, id) }))
      for (const { id, image } of asked) {
        if (image === undefined) continue
        const tags = image.tags.filter((tag) => tag !== id.imageTag)
        // Deleting one of several tags leaves the image.
        if (id.imageTag !== undefined && tags.length > 0) state.putImage({ ...image, tags })
        else state.deleteImage(image)
      }
      return {
        imageIds: asked.flatMap(({ id, image }) =>
          image === undefined ? [] : [{ imageDigest: image.digest, imageTag: id.imageTag }],
        ),
        failures: asked.filter(({ image }) => image === undefined).map(({ id }) => notFound(id)),
      }
    },
    ...readOperations(state),
  }
}

function readOperations(state: EcrState): OperationTable {
  return {
    DescribeImages: (input: DescribeImagesCommandInput, call: Call) => {
      const repository = state.repository(call.region, input.repositoryName)
      const images = input.imageIds?.map((id) => {
        const image = find(state, repository, id)
        if (image !== undefined) return image
        throw new AwsError(
          'ImageNotFoundException',
          `The image with imageId ${JSON.stringify(id)} does not exist within the repository with name '${repository.name}' in the registry with id '${call.accountId}'`,
        )
      })
      return {
        imageDetails: (images ?? state.imagesOf(repository)).map((image) => ({
          registryId: call.accountId,
          repositoryName: repository.name,
          imageDigest: image.digest,
          imageTags: image.tags.length === 0 ? undefined : [...image.tags],
          imageSizeInBytes: image.sizeBytes,
          imagePushedAt: new Date(image.pushedAt),
          imageManifestMediaType: image.mediaType,
        })),
      }
    },
    ListImages: (input: ListImagesCommandInput, call: Call) => ({
      imageIds: state
        .imagesOf(state.repository(call.region, input.repositoryName))
        .flatMap(({ digest, tags }): ImageIdentifier[] =>
          tags.length === 0
            ? [{ imageDigest: digest }]
            : tags.map((imageTag) => ({ imageDigest: digest, imageTag })),
        )
        .filter(({ imageTag }) =>
          input.filter?.tagStatus === undefined
            ? true
            : (input.filter.tagStatus === 'TAGGED') === (imageTag !== undefined),
        ),
    }),
  }
}

function find(
  state: EcrState,
  repository: RepositoryRecord,
  { imageDigest, imageTag }: ImageIdentifier,
): ImageRecord | undefined {
  return state.image(repository, imageDigest ?? imageTag ?? '')
}

function notFound(imageId: ImageIdentifier) {
  return {
    imageId,
    failureCode: 'ImageNotFound' as const,
    failureReason: 'Requested image not found',
  }
}
