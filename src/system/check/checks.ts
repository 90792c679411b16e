import { nearest, type Problem } from '../problem.ts'

/** Adds to `problems` what is wrong with a value. The types say so too, but not to JavaScript. */
export type Check = (value: unknown, place: string, problems: Problem[]) => void

/** A check for each field of an options object: the compiler sees to it that none is forgotten. */
export type Fields<T> = { readonly [K in keyof T]-?: Check }

export const anything: Check = () => {}

export function text(rule: { pattern?: RegExp; max?: number; what?: string } = {}): Check {
  return (value, place, problems) => {
    if (typeof value !== 'string') return wrongType(value, 'a text', place, problems)
    const tooLong = rule.max !== undefined && value.length > rule.max
    if (!tooLong && rule.pattern?.test(value) !== false) return
    problems.push({
      code: 'bad-text',
      place,
      message: tooLong
        ? `${quoted(value)} has ${value.length} characters; AWS takes ${rule.max}.`
        : `${quoted(value)} is not allowed here.`,
      next: rule.what ?? `Shorten it to ${rule.max} characters.`,
    })
  }
}

export const flag: Check = (value, place, problems) => {
  if (typeof value !== 'boolean') wrongType(value, 'true or false', place, problems)
}

export function number(min: number, max: number, unit = ''): Check {
  return range({ min, max, unit, whole: false })
}

export function wholeNumber(min: number, max: number, unit = ''): Check {
  return range({ min, max, unit, whole: true })
}

function range(rule: { min: number; max: number; unit: string; whole: boolean }): Check {
  const { min, max, unit, whole } = rule
  const words = `${min} to ${max}${unit === '' ? '' : ` ${unit}`}`
  return (value, place, problems) => {
    if (typeof value !== 'number') return wrongType(value, `a number, ${words}`, place, problems)
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return
    problems.push({
      code: 'out-of-range',
      place,
      message: `${value} is out of range.`,
      next: `Give ${whole ? 'a whole number' : 'a number'}, ${words}.`,
    })
  }
}

export function choice(...values: readonly (string | number)[]): Check {
  const all = values.map((value) => quoted(value)).join(', ')
  return (value, place, problems) => {
    if (values.some((each) => each === value)) return
    const meant = typeof value === 'string' ? nearest(value, values.map(String)) : undefined
    problems.push({
      code: 'no-such-choice',
      place,
      message: `${shown(value)} is not one of ${all}.`,
      next: meant === undefined ? `Choose one of them.` : `Did you mean "${meant}"?`,
    })
  }
}

export function list(item: Check, least = 0): Check {
  return (value, place, problems) => {
    if (!Array.isArray(value)) return wrongType(value, 'a list', place, problems)
    if (value.length < least) {
      problems.push({
        code: 'too-few',
        place,
        message: `there are ${value.length} of these.`,
        next: `Give at least ${least}.`,
      })
    }
    for (const [i, each] of value.entries()) item(each, `${place}[${i}]`, problems)
  }
}

/** An object whose keys are names of the user's own. */
export function map(item: Check, key: Check = anything): Check {
  return (value, place, problems) => {
    if (!isPlainObject(value)) return wrongType(value, 'an object', place, problems)
    for (const [name, each] of Object.entries(value)) {
      key(name, `${place}.${name}`, problems)
      item(each, `${place}.${name}`, problems)
    }
  }
}

/** An options object: no unknown field, none of the required ones missing. */
export function object<T>(fields: Fields<T>, ...required: readonly (keyof T & string)[]): Check {
  const table: Readonly<Record<string, Check>> = fields
  const known = Object.keys(table)
  return (value, place, problems) => {
    if (!isPlainObject(value)) return wrongType(value, 'an object', place, problems)
    for (const [field, each] of Object.entries(value)) {
      const check = table[field]
      if (check === undefined || !Object.hasOwn(table, field)) {
        problems.push(unknownField(field, known, place))
      } else if (each !== undefined) check(each, `${place}.${field}`, problems)
    }
    for (const field of required) {
      if (value[field] !== undefined) continue
      problems.push({
        code: 'missing-field',
        place: `${place}.${field}`,
        message: 'this field is needed.',
        next: `Add ${field}.`,
      })
    }
  }
}

/** What a function of this library gives: `build(…)`, `secret(…)`. */
export function made(...kinds: readonly (readonly [kind: string, word: string])[]): Check {
  const words = kinds.map(([, word]) => word).join(' or ')
  return (value, place, problems) => {
    if (!kinds.some(([kind]) => kind === kindOf(value))) wrongType(value, words, place, problems)
  }
}

/** The check that goes with the value's `typeof`. */
export function byType(
  checks: Partial<Record<'string' | 'number' | 'boolean' | 'array' | 'object', Check>>,
  words: string,
): Check {
  return (value, place, problems) => {
    const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
    const check = (checks as Readonly<Record<string, Check>>)[type]
    if (check === undefined) wrongType(value, words, place, problems)
    else check(value, place, problems)
  }
}

export function wrongType(
  value: unknown,
  wanted: string,
  place: string,
  problems: Problem[],
): void {
  problems.push({
    code: 'wrong-type',
    place,
    message: `${shown(value)} is of the wrong type.`,
    next: `Give ${wanted}.`,
  })
}

export function kindOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  return typeof value.kind === 'string' ? value.kind : undefined
}

function unknownField(field: string, known: readonly string[], place: string): Problem {
  const meant = nearest(field, known)
  return {
    code: 'unknown-field',
    place: `${place}.${field}`,
    message: `there is no field "${field}" here.`,
    next: meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quoted(value: string | number): string {
  return typeof value === 'number' ? String(value) : `"${value}"`
}

function shown(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return quoted(value)
  if (Array.isArray(value)) return 'a list'
  return kindOf(value) ?? (value === null ? 'null' : typeof value)
}
