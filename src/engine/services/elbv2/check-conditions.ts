import type { RuleCondition, RuleTransform } from '@aws-sdk/client-elastic-load-balancing-v2'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { tooMany, validationError } from './errors.ts'

/** AWS: "Condition types for listener rules". */
const FIELDS: readonly string[] = [
  'http-header',
  'http-request-method',
  'host-header',
  'path-pattern',
  'query-string',
  'source-ip',
]
/** Of these, a rule has one at most. */
const SINGLE: ReadonlySet<string> = new Set([
  'http-request-method',
  'host-header',
  'path-pattern',
  'source-ip',
])
const MAX_VALUES = 5
const MAX_WILDCARDS = 5
const MAX_LENGTH = 128
const HOST = /^[A-Za-z0-9\-.*?]+$/
const PATH = /^[A-Za-z0-9_\-.$/~"'@:+&*?%()!,;=]+$/
const METHOD = /^[A-Z_-]{1,40}$/
const HEADER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}$/

/** Throws unless AWS takes the conditions for a rule; returns them as it shows them. */
export function checkConditions(conditions: readonly RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0) throw validationError('A condition must be specified')
  const seen = new Set<string>()
  let values = 0
  let wildcards = 0
  for (const condition of conditions) {
    const { Field: field = '' } = condition
    if (!FIELDS.includes(field)) {
      throw validationError(`Condition field '${field}' must be one of '[${FIELDS.join(',')}]'`)
    }
    if (SINGLE.has(field) && seen.has(field)) {
      throw validationError(`Only one ${field} condition can be specified in a rule`)
    }
    seen.add(field)
    const patterns = patternsOf(condition)
    if (patterns.length === 0) throw validationError('A condition value must be specified')
    for (const pattern of patterns) checkPattern(condition, pattern)
    values += patterns.length
    wildcards += patterns.join('').match(/[*?]/g)?.length ?? 0
  }
  if (values > MAX_VALUES) {
    throw tooMany('Rules', "A rule can only have '5' condition values")
  }
  if (wildcards > MAX_WILDCARDS) throw validationError("A rule can only have '5' wildcards")
  return conditions.map(shown)
}

/** Throws unless the regular expressions can be read. */
export function checkTransforms(transforms: readonly RuleTransform[]): RuleTransform[] {
  if (new Set(transforms.map(({ Type }) => Type)).size < transforms.length) {
    throw validationError('A rule can have one transform of each type')
  }
  for (const { UrlRewriteConfig, HostHeaderRewriteConfig } of transforms) {
    const rewrites = UrlRewriteConfig?.Rewrites ?? HostHeaderRewriteConfig?.Rewrites ?? []
    for (const { Regex } of rewrites) checkRegex(Regex ?? '', 1024)
  }
  return [...transforms]
}

function patternsOf(condition: RuleCondition): string[] {
  const { RegexValues = [] } = condition
  switch (condition.Field) {
    case 'host-header':
      return condition.HostHeaderConfig?.Values ?? regexes(condition) ?? condition.Values ?? []
    case 'path-pattern':
      return condition.PathPatternConfig?.Values ?? regexes(condition) ?? condition.Values ?? []
    case 'http-header':
      return condition.HttpHeaderConfig?.Values ?? regexes(condition) ?? RegexValues
    case 'http-request-method':
      return condition.HttpRequestMethodConfig?.Values ?? []
    case 'source-ip':
      return condition.SourceIpConfig?.Values ?? []
    default:
      return (condition.QueryStringConfig?.Values ?? []).map(
        ({ Key, Value = '' }) => `${Key ?? ''}${Value}`,
      )
  }
}

function regexes(condition: RuleCondition): string[] | undefined {
  const { HostHeaderConfig, PathPatternConfig, HttpHeaderConfig, RegexValues } = condition
  return (
    HostHeaderConfig?.RegexValues ??
    PathPatternConfig?.RegexValues ??
    HttpHeaderConfig?.RegexValues ??
    RegexValues
  )
}

function checkPattern(condition: RuleCondition, pattern: string): void {
  if (pattern.length > MAX_LENGTH) {
    throw validationError(`Condition value '${pattern}' cannot be longer than '128' characters`)
  }
  if (regexes(condition) !== undefined) return checkRegex(pattern, MAX_LENGTH)
  switch (condition.Field) {
    case 'host-header':
      if (!HOST.test(pattern)) throw invalidValue(pattern)
      return
    case 'path-pattern':
      if (!PATH.test(pattern)) throw invalidValue(pattern)
      return
    case 'http-request-method':
      if (!METHOD.test(pattern)) throw invalidValue(pattern)
      return
    case 'source-ip':
      if (!isCidr(pattern)) throw invalidValue(pattern)
      return
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName ?? ''
      if (!HEADER.test(name) || name.toLowerCase() === 'host') {
        throw validationError(`HTTP header name '${name}' is not valid`)
      }
      return
    }
    default:
  }
}

function checkRegex(source: string, limit: number): void {
  try {
    if (source.length <= limit) {
      RegExp(source)
      return
    }
  } catch {
    // Answered below.
  }
  throw validationError(`The regular expression '${source}' is not valid`)
}

function isCidr(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined
  if (family === undefined || bits === undefined || !/^\d{1,3}$/.test(bits)) return false
  try {
    new BlockList().addSubnet(address, Number(bits), family)
    return true
  } catch {
    return false
  }
}

function invalidValue(value: string): Error {
  return validationError(`The condition value '${value}' is not valid`)
}

/** AWS shows host and path values in both of their forms. */
function shown(condition: RuleCondition): RuleCondition {
  if (condition.Field === 'host-header') {
    const values = condition.HostHeaderConfig?.Values ?? condition.Values
    return values === undefined
      ? condition
      : { Field: 'host-header', Values: values, HostHeaderConfig: { Values: values } }
  }
  if (condition.Field === 'path-pattern') {
    const values = condition.PathPatternConfig?.Values ?? condition.Values
    return values === undefined
      ? condition
      : { Field: 'path-pattern', Values: values, PathPatternConfig: { Values: values } }
  }
  return condition
}
