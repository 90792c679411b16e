/**
 * Whether a text matches a pattern in which `*` stands for any text and `?` for one character.
 * Linear in practice and never exponential: it remembers only the last star.
 */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p
      resume = t
      p += 1
    } else if (p < pattern.length && (pattern[p] === '?' || same(pattern[p], text[t]))) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      resume += 1
      t = resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** A literal star, question mark or dollar that a variable put in is one of these code points. */
const LITERALS: Readonly<Record<string, string>> = {
  '\uE000': '*',
  '\uE001': '?',
}

/** Takes the meaning from a text's wildcards, so that a pattern may hold it as it is. */
export function literal(text: string): string {
  return text.replaceAll('*', '\uE000').replaceAll('?', '\uE001')
}

/** Turns the literals of `literal` back. */
export function plain(text: string): string {
  return text.replace(/[\uE000\uE001]/g, (mark) => LITERALS[mark] ?? mark)
}

function same(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === text || (pattern !== undefined && LITERALS[pattern] === text)
}

const ARN_PARTS = 6

/**
 * Whether an ARN matches a pattern, part by part: a star stays within its part, except that the
 * pattern's last one takes all that follows (AWS: "IAM JSON policy elements: Resource").
 */
export function arnMatches(pattern: string, arn: string): boolean {
  if (pattern === '*') return true
  const wanted = split(pattern)
  const given = split(arn)
  if (wanted.length > given.length) return false
  if (wanted.length < given.length && !pattern.endsWith('*')) return false
  return wanted.every((part, i) => {
    const last = i === wanted.length - 1
    return globMatches(part, last ? given.slice(i).join(':') : (given[i] ?? ''))
  })
}

/** The parts between colons; what follows the fifth is the resource, colons and all. */
function split(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= ARN_PARTS
    ? parts
    : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')]
}
