import { compare, type Operator, OPERATORS } from './comparison.ts'
import { invalidParameter } from './errors.ts'
import type { MessageFilter } from './message-filter.ts'

type FieldCondition = (value: string) => boolean

const CONDITION = new RegExp(String.raw`^([\w-]+)\s*(?:(${OPERATORS})\s*(?:"([^"]*)"|(\S+)))?$`)

/** `[ip, user, ..., status = 4*, bytes]` over a line's space-delimited fields. */
export function fieldsCondition(pattern: string): MessageFilter {
  if (!pattern.endsWith(']')) throw invalidParameter('Invalid filter pattern')
  const columns = pattern
    .slice(1, -1)
    .split(',')
    .map((column) => column.trim())
  const gap = columns.indexOf('...')
  const head = columns.slice(0, gap < 0 ? columns.length : gap).map(fieldCondition)
  const tail = gap < 0 ? [] : columns.slice(gap + 1).map(fieldCondition)
  return (message) => {
    const fields = splitFields(message)
    if (gap < 0 ? fields.length !== head.length : fields.length < head.length + tail.length) {
      return false
    }
    const offset = fields.length - tail.length
    return (
      head.every((matches, i) => matches(fields[i] ?? '')) &&
      tail.every((matches, i) => matches(fields[offset + i] ?? ''))
    )
  }
}

/** A column may hold several comparisons of one field, joined by && or ||. */
function fieldCondition(column: string): FieldCondition {
  const alternatives = column.split('||').map((part) => part.split('&&').map(comparisonOf))
  return (value) => alternatives.some((all) => all.every((matches) => matches(value)))
}

function comparisonOf(text: string): FieldCondition {
  const match = CONDITION.exec(text.trim())
  if (match === null) throw invalidParameter('Invalid filter pattern')
  const [, , operator, quoted, word] = match
  if (operator === undefined) return () => true
  const expected = quoted ?? word ?? ''
  return (value) => compare(value, operator as Operator, expected)
}

/** Fields end at spaces; [brackets] and "quotes" hold one field together. */
function splitFields(message: string): string[] {
  return [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
}
