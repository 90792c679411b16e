import type {
  EncryptionConfiguration,
  ImageScanningConfiguration,
  ImageTagMutability,
} from '@aws-sdk/client-ecr'

export interface RepositoryRecord {
  readonly region: string
  readonly name: string
  readonly arn: string
  readonly createdAt: number
  readonly tagMutability: ImageTagMutability
  readonly scanning: ImageScanningConfiguration
  readonly encryption: EncryptionConfiguration
  readonly lifecyclePolicy: string | undefined
  readonly policy: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface ImageRecord {
  readonly region: string
  readonly repository: string
  /** `sha256:…` of the manifest. */
  readonly digest: string
  readonly mediaType: string
  readonly manifest: string
  readonly tags: readonly string[]
  readonly sizeBytes: number
  readonly pushedAt: number
}
