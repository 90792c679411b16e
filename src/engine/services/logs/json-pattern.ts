import { compare, type Operator, OPERATORS } from './comparison.ts'
import { invalidParameter } from './errors.ts'
import { type MessageFilter, regularExpression } from './message-filter.ts'

type Condition = (event: unknown) => boolean

const TOKEN = new RegExp(
  String.raw`\s*(?:(\|\||&&|\(|\))|(\$(?:\.[\w-]+|\[\d+\]|\["[^"]+"\])*)\s*` +
    String.raw`(?:(IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS)|(${OPERATORS})\s*` +
    String.raw`(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s()&|]+))))`,
  'y',
)

/** `{ $.status = 500 && ($.path = "/api*" || $.error IS TRUE) }` as a function of the message. */
export function jsonCondition(pattern: string): MessageFilter {
  if (!pattern.endsWith('}')) throw invalidParameter('Invalid filter pattern')
  const condition = new JsonPatternParser(pattern.slice(1, -1)).parse()
  return (message) => {
    if (!message.trimStart().startsWith('{')) return false
    let event: unknown
    try {
      event = JSON.parse(message)
    } catch {
      return false
    }
    return condition(event)
  }
}

class JsonPatternParser {
  readonly #tokens: RegExpExecArray[] = []
  #next = 0

  constructor(text: string) {
    TOKEN.lastIndex = 0
    let end = 0
    while (text.slice(end).trim() !== '') {
      TOKEN.lastIndex = end
      const token = TOKEN.exec(text)
      if (token === null) throw invalidParameter('Invalid filter pattern')
      this.#tokens.push(token)
      end = TOKEN.lastIndex
    }
  }

  parse(): Condition {
    const condition = this.#or()
    if (this.#next < this.#tokens.length) throw invalidParameter('Invalid filter pattern')
    return condition
  }

  #or(): Condition {
    let left = this.#and()
    while (this.#take('||')) {
      const [a, b] = [left, this.#and()]
      left = (event) => a(event) || b(event)
    }
    return left
  }

  #and(): Condition {
    let left = this.#comparison()
    while (this.#take('&&')) {
      const [a, b] = [left, this.#comparison()]
      left = (event) => a(event) && b(event)
    }
    return left
  }

  #comparison(): Condition {
    if (this.#take('(')) {
      const inner = this.#or()
      if (!this.#take(')')) throw invalidParameter('Invalid filter pattern')
      return inner
    }
    const token = this.#tokens[this.#next++]
    if (token === undefined || token[2] === undefined) {
      throw invalidParameter('Invalid filter pattern')
    }
    return conditionOf(token)
  }

  #take(symbol: string): boolean {
    if (this.#tokens[this.#next]?.[1] !== symbol) return false
    this.#next++
    return true
  }
}

function conditionOf(token: RegExpExecArray): Condition {
  const [, , selector = '', state, operator, quoted, expression, word] = token
  const path = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]+)"\]/g)].map(
    (part) => part[1] ?? part[2] ?? part[3] ?? '',
  )
  if (state !== undefined) return stateCondition(path, state.replaceAll(/\s+/g, ' '))
  if (expression !== undefined) {
    const matcher = regularExpression(expression)
    return (event) => {
      const value = valueAt(event, path)
      return typeof value === 'string' && matcher.test(value) === (operator === '=')
    }
  }
  const expected = quoted?.replaceAll(/\\(.)/g, '$1') ?? word ?? ''
  return (event) => {
    const value = valueAt(event, path)
    return value !== undefined && compare(value, operator as Operator, expected)
  }
}

function stateCondition(path: readonly string[], state: string): Condition {
  switch (state) {
    case 'IS TRUE':
      return (event) => valueAt(event, path) === true
    case 'IS FALSE':
      return (event) => valueAt(event, path) === false
    case 'IS NULL':
      return (event) => valueAt(event, path) === null
    default:
      return (event) => valueAt(event, path) === undefined
  }
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  let value = event
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
