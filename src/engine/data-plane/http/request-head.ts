import {
  Field,
  FieldTable,
  isTokenCode,
  listOf,
  MAX_LINE_BYTES,
  parseContentLength,
  type Problem,
} from './fields.ts'

/** How long a message's body is: absent, so many bytes, chunked, or until the connection ends. */
export const Framing = { none: 0, length: 1, chunked: 2, untilClose: 3 } as const

const SPACE = 32
const REQUEST_LINE = /^(\S+) (\S+) HTTP\/(\d)\.(\d)$/
const SLASH = 47
/** AWS: "Troubleshoot your Application Load Balancers", HTTP 463. */
const MAX_FORWARDED_FOR = 30

/**
 * The head of a request: one is reused for all requests of a connection. After `read` returned 0
 * the members describe the request; after another status they are not to be used.
 */
export class RequestHead {
  text = ''
  readonly fields = new FieldTable()
  method = ''
  /** Path and query: `/a/b?c=d`. */
  target = ''
  http10 = false
  framing: number = Framing.none
  contentLength = 0
  keepAlive = true
  host = ''
  cookie = ''
  forwardedFor = ''
  traceId = ''
  /** The protocol that the client wants to change to, for example `websocket`. */
  upgrade = ''
  /** Whether `Connection: upgrade` is there: without it, `upgrade` means nothing. */
  wantsUpgrade = false
  expectsContinue = false
  /** Further fields that the `Connection` field declares to end here; undefined for none. */
  nominated: ReadonlySet<string> | undefined

  /** Reads a whole head, with the empty line that ends it. Returns 0 or the status to answer. */
  read(text: string): Problem {
    this.#reset(text)
    const lineEnd = text.indexOf('\r\n')
    if (lineEnd > MAX_LINE_BYTES) return 414
    const problem = this.#readLine(text.slice(0, lineEnd))
    if (problem !== 0) return problem
    const malformed = this.fields.read(text, lineEnd + 2)
    return malformed !== 0 ? malformed : this.#readFields()
  }

  #reset(text: string): void {
    this.text = text
    this.framing = Framing.none
    this.contentLength = 0
    this.host = ''
    this.cookie = ''
    this.forwardedFor = ''
    this.traceId = ''
    this.upgrade = ''
    this.wantsUpgrade = false
    this.expectsContinue = false
    this.nominated = undefined
  }

  #readLine(line: string): Problem {
    const match = REQUEST_LINE.exec(line)
    if (match === null) return 400
    const [, method = '', target = '', major, minor] = match
    for (let i = 0; i < method.length; i++) if (!isTokenCode(method.charCodeAt(i))) return 400
    if (major !== '1' || (minor !== '0' && minor !== '1')) return 505
    if (method === 'TRACE') return 405
    this.method = method
    this.http10 = minor === '0'
    this.keepAlive = !this.http10
    return this.#readTarget(target)
  }

  #readTarget(target: string): Problem {
    for (let i = 0; i < target.length; i++) {
      const code = target.charCodeAt(i)
      if (code <= SPACE || code >= 127) return 400
    }
    if (target.charCodeAt(0) === SLASH || (target === '*' && this.method === 'OPTIONS')) {
      this.target = target
      return target.includes('#') ? 400 : 0
    }
    // The absolute form names the host; it wins over the Host field (RFC 9112, section 3.2.2).
    const absolute = /^https?:\/\/([^/?#@]+)(\/[^#]*|\?[^#]*)?$/i.exec(target)
    if (absolute === null) return 400
    const rest = absolute[2] ?? '/'
    this.target = rest.startsWith('?') ? `/${rest}` : rest
    this.host = absolute[1] ?? ''
    return 0
  }

  #readFields(): Problem {
    const { fields, text } = this
    const absoluteHost = this.host
    let hosts = 0
    let lengths = 0
    let encodings = 0
    for (let i = 0; i < fields.count; i++) {
      const field = fields.field(i)
      if (field === Field.other) continue
      const value = fields.value(text, i)
      if (field === Field.host) {
        hosts++
        if (absoluteHost === '') this.host = value
      } else if (field === Field.contentLength) {
        lengths++
        this.contentLength = parseContentLength(value)
      } else if (field === Field.transferEncoding) {
        encodings++
        const problem = this.#readEncoding(value)
        if (problem !== 0) return problem
      } else this.#readField(field, value)
    }
    if (hosts > 1 || (hosts === 0 && !this.http10)) return 400
    // A request with two readings of where it ends is the stuff of smuggling; AWS's desync
    // mitigation calls these ambiguous or severe. None passes here, whatever the mode.
    if (lengths > 1 || encodings > 1 || this.contentLength < 0) return 400
    if (lengths > 0 && this.framing === Framing.chunked) return 400
    if (this.framing === Framing.chunked && this.http10) return 400
    if (this.contentLength > 0) this.framing = Framing.length
    return addressCount(this.forwardedFor) > MAX_FORWARDED_FOR ? 463 : 0
  }

  #readEncoding(value: string): Problem {
    const coding = value.toLowerCase()
    if (coding === 'identity') return 0
    if (coding !== 'chunked') return 501
    this.framing = Framing.chunked
    return 0
  }

  #readField(field: number, value: string): void {
    switch (field) {
      case Field.connection:
        this.#readConnection(value)
        return
      case Field.upgrade:
        this.upgrade = value
        return
      case Field.expect:
        this.expectsContinue = value.toLowerCase() === '100-continue'
        return
      case Field.cookie:
        this.cookie = this.cookie === '' ? value : `${this.cookie}; ${value}`
        return
      case Field.forwardedFor:
        this.forwardedFor = this.forwardedFor === '' ? value : `${this.forwardedFor}, ${value}`
        return
      case Field.traceId:
        this.traceId = value
        return
      default:
    }
  }

  #readConnection(value: string): void {
    if (value === 'keep-alive' || value === 'Keep-Alive') {
      this.keepAlive = true
      return
    }
    for (const option of listOf(value)) {
      if (option === 'close') this.keepAlive = false
      else if (option === 'keep-alive') this.keepAlive = true
      else if (option === 'upgrade') this.wantsUpgrade = true
      else this.nominated = new Set([...(this.nominated ?? []), option])
    }
  }
}

function addressCount(forwardedFor: string): number {
  if (forwardedFor === '') return 0
  let count = 1
  for (let at = forwardedFor.indexOf(','); at >= 0; at = forwardedFor.indexOf(',', at + 1)) count++
  return count
}
