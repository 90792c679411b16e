import type { MessageAttribute } from './records.ts'

type Condition = unknown
type Candidate = string | number | boolean | null

/**
 * Whether a message passes a subscription's filter policy. AWS: "Amazon SNS message filtering".
 * Every key of the policy must match; of a key's conditions one must.
 */
export function passesFilter(
  policy: unknown,
  message: { body: string; attributes: Readonly<Record<string, MessageAttribute>> },
  scope: string,
): boolean {
  if (!isRecord(policy)) return true
  if (scope === 'MessageBody') return matchesMap(policy, parseBody(message.body))
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).map(([name, attribute]) => [name, valueOf(attribute)]),
  )
  return matchesMap(policy, attributes)
}

function matchesMap(policy: Record<string, unknown>, value: unknown): boolean {
  return Object.entries(policy).every(([key, rule]) => {
    if (key === '$or')
      return Array.isArray(rule) && rule.some((part) => isRecord(part) && matchesMap(part, value))
    const found = isRecord(value) ? value[key] : undefined
    if (isRecord(rule)) return matchesMap(rule, found)
    return Array.isArray(rule) && rule.some((condition) => matches(condition, found))
  })
}

function matches(condition: Condition, value: unknown): boolean {
  if (isRecord(condition) && 'exists' in condition)
    return condition['exists'] === (value !== undefined)
  if (value === undefined) return false
  const candidates = (Array.isArray(value) ? value : [value]) as Candidate[]
  return candidates.some((candidate) => matchesOne(condition, candidate))
}

function matchesOne(condition: Condition, value: Candidate): boolean {
  if (!isRecord(condition)) return condition === value
  const [operator, operand] = Object.entries(condition)[0] ?? ['', undefined]
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand))
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand))
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase()
    case 'anything-but':
      return !excluded(operand).some((item) => matchesOne(item, value))
    case 'numeric':
      return typeof value === 'number' && Array.isArray(operand) && inRange(operand, value)
    default:
      return false
  }
}

function excluded(operand: unknown): unknown[] {
  return Array.isArray(operand) ? operand : [operand]
}

/** `[">=", 1, "<", 10]` */
function inRange(rule: readonly unknown[], value: number): boolean {
  for (let i = 0; i + 1 < rule.length; i += 2) {
    const bound = Number(rule[i + 1])
    const holds = {
      '=': value === bound,
      '>': value > bound,
      '>=': value >= bound,
      '<': value < bound,
      '<=': value <= bound,
    }[String(rule[i])]
    if (holds !== true) return false
  }
  return true
}

function valueOf({ type, value }: MessageAttribute): unknown {
  if (type === 'Number') return Number(value)
  if (type !== 'String.Array') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
