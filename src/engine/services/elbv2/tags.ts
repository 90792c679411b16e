import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../aws-error.ts'
import { tooMany, validationError } from './errors.ts'
import type { Values } from './records.ts'

const MAX_TAGS = 50

/** `known` with `added`, within AWS's limits. */
export function withTags(known: Values, added: readonly Tag[] | undefined): Values {
  const keys = new Set<string>()
  for (const { Key: key = '', Value: value = '' } of added ?? []) {
    if (keys.has(key)) {
      throw new AwsError('DuplicateTagKeys', `Tag key was specified more than once: ${key}`)
    }
    keys.add(key)
    if (key === '' || key.length > 128) throw validationError(`The tag key '${key}' is not valid`)
    if (value.length > 256) throw validationError(`The tag value of '${key}' is too long`)
    if (key.toLowerCase().startsWith('aws:') && !key.startsWith('aws:cloudformation:')) {
      throw validationError("Tag keys that start with 'aws:' are reserved")
    }
  }
  const tags = { ...known, ...Object.fromEntries((added ?? []).map((t) => [t.Key, t.Value ?? ''])) }
  if (Object.keys(tags).length > MAX_TAGS) {
    throw tooMany(
      'Tags',
      'The quota for the number of tags that can be assigned to a load balancer has been reached',
    )
  }
  return tags
}

export function tagList(values: Values): { Key: string; Value: string }[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }))
}
