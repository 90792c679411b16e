import { invalidParameter } from './errors.ts'
import { fieldsCondition } from './fields-pattern.ts'
import { jsonCondition } from './json-pattern.ts'
import { type MessageFilter, regularExpression } from './message-filter.ts'

/**
 * A filter pattern as a function. Knows terms (all must occur), `?term` (one of them must),
 * `-term` (none may), "quoted phrases", %regular expressions%, `{ $.json = conditions }` and
 * `[space, delimited, fields]`. Throws `InvalidParameterException` for a pattern that is none of
 * these.
 *
 * AWS: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live
 * Tail".
 */
export function filterPattern(pattern: string | undefined): MessageFilter {
  const text = (pattern ?? '').trim()
  if (text === '') return () => true
  if (text.startsWith('{')) return jsonCondition(text)
  if (text.startsWith('[')) return fieldsCondition(text)
  return termsFilter(text)
}

interface Term {
  kind: 'all' | 'any' | 'none'
  matches: MessageFilter
}

function termsFilter(text: string): MessageFilter {
  const terms = parseTerms(text)
  const all = terms.filter(({ kind }) => kind === 'all')
  const any = terms.filter(({ kind }) => kind === 'any')
  const none = terms.filter(({ kind }) => kind === 'none')
  return (message) => {
    if (none.some(({ matches }) => matches(message))) return false
    if (!all.every(({ matches }) => matches(message))) return false
    // AWS: with required terms present, optional ones are ignored.
    return any.length === 0 || all.length > 0 || any.some(({ matches }) => matches(message))
  }
}

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"%]+))/y

function parseTerms(text: string): Term[] {
  const terms: Term[] = []
  TERM.lastIndex = 0
  while (TERM.lastIndex < text.length) {
    const match = TERM.exec(text)
    if (match === null) throw invalidParameter('Invalid filter pattern')
    const [, sign, quoted, expression, word] = match
    terms.push({
      kind: sign === '?' ? 'any' : sign === '-' ? 'none' : 'all',
      matches: termMatcher({ quoted, expression, word }),
    })
    if (text.slice(TERM.lastIndex).trim() === '') break
  }
  return terms
}

function termMatcher(term: {
  quoted: string | undefined
  expression: string | undefined
  word: string | undefined
}): MessageFilter {
  if (term.expression !== undefined) {
    const expression = regularExpression(term.expression)
    return (message) => expression.test(message)
  }
  const text = term.quoted?.replaceAll(/\\(.)/g, '$1') ?? term.word ?? ''
  return (message) => message.includes(text)
}
