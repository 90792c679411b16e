import type { Filter } from '@aws-sdk/client-secrets-manager'
import { constraint } from './errors.ts'
import type { SecretRecord } from './records.ts'
import { owningService } from './tags.ts'

/**
 * Whether a secret passes all filters (AWS: "Filter", Secrets Manager API reference): each by any
 * of its values, where a leading `!` turns a value around.
 */
export function matchesFilters(secret: SecretRecord, filters: readonly Filter[]): boolean {
  return filters.every(({ Key, Values }) => {
    const test = FILTERS[Key ?? '']
    if (test === undefined) {
      throw constraint(
        'filters.1.member.key',
        `Member must satisfy enum value set: [${Object.keys(FILTERS).join(', ')}]`,
      )
    }
    return (Values ?? []).some((value) =>
      value.startsWith('!') ? !test(secret, value.slice(1)) : test(secret, value),
    )
  })
}

const FILTERS: Readonly<Record<string, (secret: SecretRecord, value: string) => boolean>> = {
  name: ({ name }, value) => name.startsWith(value),
  description: ({ description }, value) => wordStarts(description, value),
  'tag-key': ({ tags }, value) => Object.keys(tags).some((key) => key.startsWith(value)),
  'tag-value': ({ tags }, value) => Object.values(tags).some((tag) => tag.startsWith(value)),
  'primary-region': () => false,
  'owning-service': (secret, value) => owningService(secret)?.startsWith(value) === true,
  all: ({ name, description, tags }, value) =>
    [name, description, ...Object.entries(tags).flat()].some((text) => wordStarts(text, value)),
}

function wordStarts(text: string | undefined, value: string): boolean {
  const words = (text ?? '').toLowerCase().split(/[\s/_.-]+/)
  const wanted = value.toLowerCase().split(/[\s/_.-]+/)
  return wanted.every((part) => words.some((word) => word.startsWith(part)))
}
