import type { DescribeSecretCommandOutput, SecretListEntry } from '@aws-sdk/client-secrets-manager'
import type { Output } from '../service.ts'
import type { SecretRecord } from './records.ts'
import { owningService, tagList } from './tags.ts'
import { isDeprecated } from './versions.ts'

const DAY_MS = 86_400_000

type Entry = Omit<SecretListEntry, 'SecretVersionsToStages'>

/** A secret as DescribeSecret shows it. */
export function describeSecret(secret: SecretRecord): Output<DescribeSecretCommandOutput> {
  return { ...entryOf(secret), VersionIdsToStages: stagesOf(secret) }
}

/** A secret as ListSecrets shows it. */
export function listEntry(secret: SecretRecord): SecretListEntry {
  return { ...entryOf(secret), SecretVersionsToStages: stagesOf(secret) }
}

function entryOf(secret: SecretRecord): Entry {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    // AWS tells the day, not the moment.
    LastAccessedDate:
      secret.accessedAt === undefined
        ? undefined
        : new Date(secret.accessedAt - (secret.accessedAt % DAY_MS)),
    DeletedDate: secret.deletionAt === undefined ? undefined : new Date(secret.deletionAt),
    OwningService: owningService(secret),
    Tags: tagList(secret.tags),
  }
}

function stagesOf({ versions }: SecretRecord): Record<string, string[]> | undefined {
  const staged = versions.filter((version) => !isDeprecated(version))
  if (staged.length === 0) return undefined
  return Object.fromEntries(staged.map(({ id, stages }) => [id, [...stages]]))
}
