/** Header fields that the load balancer acts on; every other field is only passed on. */
export const Field = {
  other: 0,
  connection: 1,
  keepAlive: 2,
  proxyConnection: 3,
  te: 4,
  transferEncoding: 5,
  upgrade: 6,
  contentLength: 7,
  host: 8,
  expect: 9,
  forwardedFor: 10,
  forwardedProto: 11,
  forwardedPort: 12,
  traceId: 13,
  cookie: 14,
  setCookie: 15,
  server: 16,
  http2Settings: 17,
} as const

const NAMES: Readonly<Record<Exclude<keyof typeof Field, 'other'>, string>> = {
  connection: 'connection',
  keepAlive: 'keep-alive',
  proxyConnection: 'proxy-connection',
  te: 'te',
  transferEncoding: 'transfer-encoding',
  upgrade: 'upgrade',
  contentLength: 'content-length',
  host: 'host',
  expect: 'expect',
  forwardedFor: 'x-forwarded-for',
  forwardedProto: 'x-forwarded-proto',
  forwardedPort: 'x-forwarded-port',
  traceId: 'x-amzn-trace-id',
  cookie: 'cookie',
  setCookie: 'set-cookie',
  server: 'server',
  http2Settings: 'http2-settings',
}

const BY_LENGTH: { name: string; field: number }[][] = []
for (const [key, name] of Object.entries(NAMES)) {
  ;(BY_LENGTH[name.length] ??= []).push({ name, field: Field[key as keyof typeof Field] })
}

/** Characters of a field name or a method (RFC 9110, `token`). */
const TOKEN = new Uint8Array(256)
for (const c of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[c.charCodeAt(0)] = 1
}

export function isTokenCode(code: number): boolean {
  return TOKEN[code] === 1
}

/** Which known field stands between `start` and `end`. */
export function fieldAt(text: string, start: number, end: number): number {
  const candidates = BY_LENGTH[end - start]
  if (candidates === undefined) return Field.other
  for (const { name, field } of candidates) if (sameName(text, start, name)) return field
  return Field.other
}

/** Whether `text`, known to be token characters, has `lowerName` at `start` in any case. */
function sameName(text: string, start: number, lowerName: string): boolean {
  for (let i = 0; i < lowerName.length; i++) {
    if ((text.charCodeAt(start + i) | 0x20) !== lowerName.charCodeAt(i)) return false
  }
  return true
}

/** How a head can be wrong, as the HTTP status that the load balancer answers. */
export type Problem = 0 | 400 | 405 | 414 | 463 | 501 | 505

/** AWS: "Application Load Balancer quotas": 16 K a line, 64 K altogether. */
export const MAX_LINE_BYTES = 16_384
export const MAX_HEAD_BYTES = 65_536

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58
const DELETE = 127

/**
 * The positions of a head's fields in its text. Positions rather than strings: of most fields
 * nothing is ever needed but that they are passed on.
 */
export class FieldTable {
  /** Groups of five: field, start of name, end of name, start of value, end of value. */
  readonly #at: number[] = []
  count = 0

  field(i: number): number {
    return this.#at[i * 5] ?? 0
  }

  /** Where the field's line begins. It ends, after its CRLF, at `lineEnd`. */
  lineStart(i: number): number {
    return this.#at[i * 5 + 1] ?? 0
  }

  lineEnd(text: string, i: number): number {
    return i + 1 < this.count ? this.lineStart(i + 1) : text.length - 2
  }

  name(text: string, i: number): string {
    return text.slice(this.#at[i * 5 + 1], this.#at[i * 5 + 2])
  }

  value(text: string, i: number): string {
    return text.slice(this.#at[i * 5 + 3], this.#at[i * 5 + 4])
  }

  /**
   * Reads the lines from `from` to the empty line that ends `text`. Strict: no folded lines, no
   * space before the colon, no bare CR or LF, no control characters. These are where two readers
   * of the same bytes come to differ.
   */
  read(text: string, from: number): Problem {
    this.count = 0
    let at = from
    while (at < text.length) {
      if (text.charCodeAt(at) === CR) {
        return text.charCodeAt(at + 1) === LF && at + 2 === text.length ? 0 : 400
      }
      at = this.#readLine(text, at)
      if (at < 0) return 400
    }
    return 400
  }

  /** Reads one line; where the next begins, or -1. */
  #readLine(text: string, start: number): number {
    let at = start
    while (TOKEN[text.charCodeAt(at)] === 1) at++
    const nameEnd = at
    if (nameEnd === start || text.charCodeAt(at) !== COLON) return -1
    at++
    let code = text.charCodeAt(at)
    while (code === SPACE || code === TAB) code = text.charCodeAt(++at)
    const valueStart = at
    while ((code >= SPACE && code !== DELETE) || code === TAB) code = text.charCodeAt(++at)
    if (code !== CR || text.charCodeAt(at + 1) !== LF) return -1
    if (at - start > MAX_LINE_BYTES) return -1
    let valueEnd = at
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--
    const to = this.count++ * 5
    this.#at[to] = fieldAt(text, start, nameEnd)
    this.#at[to + 1] = start
    this.#at[to + 2] = nameEnd
    this.#at[to + 3] = valueStart
    this.#at[to + 4] = valueEnd
    return at + 2
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** A `Content-Length`, or -1 when it is no plain decimal number. */
export function parseContentLength(value: string): number {
  return /^\d{1,15}$/.test(value) ? Number(value) : -1
}

/** The members of a comma-separated list, in lower case. */
export function listOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
