import { literal } from './glob.ts'
import type { RequestContext } from './request-context.ts'

const VARIABLE = /\$\{\s*([^},\s]+)\s*(?:,\s*'([^']*)'\s*)?\}/g

/**
 * Puts a request's values in place of variables: `${aws:username}`, with a default
 * `${aws:PrincipalTag/team, 'none'}`, and the literals `${*}`, `${?}`, `${$}`. Undefined when a
 * value is missing: then the pattern matches nothing (AWS: "IAM policy elements: Variables").
 */
export function substitute(pattern: string, context: RequestContext): string | undefined {
  if (!pattern.includes('${')) return pattern
  let missing = false
  const text = pattern.replace(VARIABLE, (_, name: string, fallback: string | undefined) => {
    if (name === '*' || name === '?' || name === '$') return literal(name)
    const values = context.get(name)
    // A key with several values cannot stand for one.
    const value = values?.length === 1 ? values[0] : fallback
    if (value === undefined) missing = true
    return literal(value ?? '')
  })
  return missing ? undefined : text
}
