const STAR = 42
const QUESTION = 63
const BACKSLASH = 92

/** A test for a pattern in which `*` stands for any characters and `?` for one of them. */
export interface Wildcard {
  (text: string): boolean
}

/**
 * Compiles a pattern. `\*` and `\?` are literal where `escapes` is set (AWS allows them in query
 * strings only). Takes time in proportion to pattern × text at worst, unlike a regular expression
 * with several stars.
 */
export function wildcard(
  pattern: string,
  options: { ignoreCase: boolean; escapes?: boolean },
): Wildcard {
  const codes = compile(options.ignoreCase ? pattern.toLowerCase() : pattern, options.escapes)
  const fold = options.ignoreCase
    ? (text: string): string => text.toLowerCase()
    : (text: string): string => text
  if (codes.every((code) => code >= 0)) {
    const literal = String.fromCharCode(...codes)
    return (text) => fold(text) === literal
  }
  return (text) => matches(codes, fold(text))
}

const ANY = -1
const ONE = -2

function compile(pattern: string, escapes = false): number[] {
  const codes: number[] = []
  for (let i = 0; i < pattern.length; i++) {
    const code = pattern.charCodeAt(i)
    const next = pattern.charCodeAt(i + 1)
    if (escapes && code === BACKSLASH && (next === STAR || next === QUESTION)) {
      codes.push(next)
      i++
    } else if (code === STAR) codes.push(ANY)
    else codes.push(code === QUESTION ? ONE : code)
  }
  return codes
}

/** Goes back to the last star only: an earlier one has matched as little as it may already. */
function matches(codes: readonly number[], text: string): boolean {
  let at = 0
  let star = -1
  let starAt = 0
  let p = 0
  while (at < text.length) {
    const code = codes[p]
    if (code === ANY) {
      star = p++
      starAt = at
    } else if (code === ONE || code === text.charCodeAt(at)) {
      p++
      at++
    } else if (star >= 0) {
      p = star + 1
      at = ++starAt
    } else return false
  }
  while (codes[p] === ANY) p++
  return p === codes.length
}
