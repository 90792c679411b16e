import type { Tag } from '@aws-sdk/client-iam'
import { invalidInput, limitExceeded, malformedPolicy, validation } from './errors.ts'
import { documentProblem, type PolicyUse } from './policy/check-document.ts'

const NAME = /^[\w+=,.@-]+$/
const PATH = /^\/([\u0021-\u007e]+\/)*$/
const MAX_TAGS = 50

/** A name that IAM accepts; `member` is its name in the request, as messages spell it. */
export function checkName(member: string, name: string | undefined, maxLength = 64): string {
  const value = name ?? ''
  if (value.length < 1 || value.length > maxLength) {
    throw validation(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
        `Member must have length ${value === '' ? 'greater than or equal to 1' : `less than or equal to ${maxLength}`}`,
    )
  }
  if (!NAME.test(value)) {
    throw validation(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters ` +
        'and/or the following: +=,.@_-',
    )
  }
  return value
}

export function checkPath(path: string | undefined): string {
  const value = path ?? '/'
  if (PATH.test(value) && value.length <= 512) return value
  throw validation(
    'The specified value for path is invalid. It must begin and end with / and contain only ' +
      'alphanumeric characters and/or / characters.',
  )
}

/** Sizes without white space, as IAM counts them (AWS: "IAM and AWS STS quotas"). */
const MAX_TRUST_POLICY = 2048
export const MAX_MANAGED_POLICY = 6144
export const MAX_INLINE_POLICY = { role: 10_240, user: 2048 }

/** A policy document that is well formed and not too large. */
export function checkDocument(
  text: string | undefined,
  use: PolicyUse,
  maxSize = MAX_TRUST_POLICY,
): string {
  const document = text ?? ''
  const problem = documentProblem(document, use)
  if (problem !== undefined) throw malformedPolicy(problem)
  if (document.replace(/\s/g, '').length > maxSize) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxSize}`)
  }
  return document
}

export function checkTags(
  tags: readonly Tag[] | undefined,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const all = {
    ...before,
    ...Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  }
  const reserved = tags?.find(({ Key }) => Key?.startsWith('aws:') === true)
  if (reserved !== undefined) {
    throw invalidInput("Tag keys that start with 'aws:' are reserved for system use.")
  }
  if (Object.keys(all).length > MAX_TAGS) {
    throw limitExceeded('The number of tags has reached the maximum limit.')
  }
  return all
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** IAM answers with policy documents in URL encoding (RFC 3986). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
