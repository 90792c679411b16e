interface Field {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly words?: readonly string[]
  /** Signs that this field alone may have. */
  readonly special?: RegExp
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ')

const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, special: /^(\?|L|L-\d{1,2}|LW|\d{1,2}W)$/ },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 1, max: 7, words: DAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199 },
]

/**
 * What is wrong with the inside of an AWS `cron(…)`; undefined when nothing is.
 *
 * Amazon EventBridge User Guide, "Cron expressions": six fields, and one of the two days is `?`.
 */
export function cronMistake(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/)
  if (parts.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(', ')
    return `it has ${parts.length} fields; AWS's cron has six: ${names}`
  }
  for (const [i, field] of FIELDS.entries()) {
    const part = parts[i] ?? ''
    if (!part.split(',').every((item) => fits(item, field))) {
      return `"${part}" is no ${field.name} (${field.min} to ${field.max})`
    }
  }
  const days = [parts[2], parts[4]]
  return days.filter((day) => day === '?').length === 1
    ? undefined
    : 'exactly one of day of month and day of week must be "?"'
}

function fits(item: string, field: Field): boolean {
  if (field.special?.test(item) === true) return true
  const [range = '', step, ...rest] = item.split('/')
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false
  if (range === '*') return true
  const ends = range.split('-').map((text) => valueOf(text, field))
  const [from, to = from] = ends
  return ends.length <= 2 && from !== undefined && to !== undefined && from <= to
}

function valueOf(text: string, { min, max, words }: Field): number | undefined {
  const word = words?.indexOf(text.toUpperCase()) ?? -1
  if (word >= 0) return word + min
  const number = Number(text)
  return /^\d+$/.test(text) && number >= min && number <= max ? number : undefined
}
