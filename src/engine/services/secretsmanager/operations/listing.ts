import type {
  ListSecretsCommandInput,
  ListSecretsCommandOutput,
  ListSecretVersionIdsCommandInput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager'
import type { Call, OperationTable, Output } from '../../service.ts'
import { listEntry } from '../describe-secret.ts'
import { page } from '../page.ts'
import { matchesFilters } from '../secret-filters.ts'
import type { SecretState } from '../secret-state.ts'
import { isDeprecated } from '../versions.ts'

const PAGE_SIZE = 100

export function listingOperations(state: SecretState): OperationTable {
  return {
    ListSecrets: (input: ListSecretsCommandInput, call: Call): Output<ListSecretsCommandOutput> => {
      const found = state
        .list(call.region)
        .filter(
          ({ deletionAt }) => deletionAt === undefined || input.IncludePlannedDeletion === true,
        )
        .filter((secret) => matchesFilters(secret, input.Filters ?? []))
      const sorted = input.SortOrder === 'asc' ? found : found.toReversed()
      const { items, nextToken } = page(sorted, input.NextToken, input.MaxResults ?? PAGE_SIZE)
      return { SecretList: items.map(listEntry), NextToken: nextToken }
    },

    ListSecretVersionIds: (
      input: ListSecretVersionIdsCommandInput,
      call: Call,
    ): Output<ListSecretVersionIdsCommandOutput> => {
      const secret = state.find(call.region, input.SecretId)
      const shown = secret.versions.filter(
        (version) => input.IncludeDeprecated === true || !isDeprecated(version),
      )
      const { items, nextToken } = page(shown, input.NextToken, input.MaxResults ?? PAGE_SIZE)
      return {
        ARN: secret.arn,
        Name: secret.name,
        NextToken: nextToken,
        Versions: items.map((version) => ({
          VersionId: version.id,
          VersionStages: [...version.stages],
          CreatedDate: new Date(version.createdAt),
          LastAccessedDate:
            version.accessedAt === undefined ? undefined : new Date(version.accessedAt),
        })),
      }
    },
  }
}
