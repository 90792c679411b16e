import type { Tag } from '@aws-sdk/client-secrets-manager'
import type { Call } from '../service.ts'
import { invalidParameter } from './errors.ts'
import type { SecretRecord } from './records.ts'

const OWNER_TAG = 'aws:secretsmanager:owningService'

/** Whether a service of the engine calls: those may use AWS's own names and tags. */
export function isAwsOwned(call: Call): boolean {
  return call.principalArn.startsWith('arn:aws:iam::aws:')
}

/** The service that manages the secret (`rds`), as a tag says; users cannot set such tags. */
export function owningService({ tags }: SecretRecord): string | undefined {
  return tags[OWNER_TAG]
}

export function checkTags(tags: readonly Tag[] | undefined, call: Call): Record<string, string> {
  const checked = Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))
  const reserved = Object.keys(checked).some((key) => key.startsWith('aws:'))
  if (reserved && !isAwsOwned(call)) {
    throw invalidParameter("Tag keys starting with 'aws:' are reserved for system use.")
  }
  if (Object.keys(checked).length > 50) {
    throw invalidParameter('A secret can have up to 50 tags.')
  }
  return checked
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
