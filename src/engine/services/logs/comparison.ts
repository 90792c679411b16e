/** Comparison operators of JSON and space-delimited patterns. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>='

export const OPERATORS = '!=|<=|>=|=|<|>'

/** Compares a value with a pattern's right side, where `*` stands for any text. */
export function compare(actual: unknown, operator: Operator, expected: string): boolean {
  const number = Number(expected)
  const numeric = expected !== '' && !Number.isNaN(number)
  switch (operator) {
    case '=':
      return equals(actual, expected, numeric ? number : undefined)
    case '!=':
      return !equals(actual, expected, numeric ? number : undefined)
    case '<':
      return numeric && isNumber(actual) && Number(actual) < number
    case '<=':
      return numeric && isNumber(actual) && Number(actual) <= number
    case '>':
      return numeric && isNumber(actual) && Number(actual) > number
    case '>=':
      return numeric && isNumber(actual) && Number(actual) >= number
  }
}

function equals(actual: unknown, expected: string, number: number | undefined): boolean {
  if (number !== undefined && isNumber(actual)) return Number(actual) === number
  if (typeof actual !== 'string' && typeof actual !== 'number' && typeof actual !== 'boolean') {
    return false
  }
  if (!expected.includes('*')) return String(actual) === expected
  const parts = expected.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(String(actual))
}

function isNumber(value: unknown): boolean {
  if (typeof value === 'number') return true
  return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))
}
