import { Field, FieldTable, listOf, parseContentLength } from './fields.ts'
import { Framing } from './request-head.ts'

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: [\t -~\u0080-\u00ff]*)?$/

/** The head of a target's response: one is reused for all responses of a connection. */
export class ResponseHead {
  text = ''
  readonly fields = new FieldTable()
  status = 0
  framing: number = Framing.none
  contentLength = 0
  /** Whether the target keeps its connection open after this response. */
  keepAlive = true
  /** For how long the target says it keeps an idle connection, in ms; 0 when it does not say. */
  idleTimeoutMs = 0
  /** The fields' part of the head begins here. */
  fieldsStart = 0
  nominated: ReadonlySet<string> | undefined
  #keepAliveValue = ''
  #keepAliveMs = 0

  /** Reads a whole head with the empty line that ends it; false when it is malformed. */
  read(text: string, requestMethod: string): boolean {
    this.text = text
    const lineEnd = text.indexOf('\r\n')
    const match = STATUS_LINE.exec(text.slice(0, lineEnd))
    if (match === null) return false
    this.keepAlive = match[1] === '1'
    this.status = Number(match[2])
    this.fieldsStart = lineEnd + 2
    this.nominated = undefined
    this.idleTimeoutMs = 0
    if (this.status < 100 || this.fields.read(text, this.fieldsStart) !== 0) return false
    return this.#readFields(requestMethod)
  }

  #readFields(requestMethod: string): boolean {
    const { fields, text } = this
    let lengths = 0
    let length = 0
    let chunked = false
    for (let i = 0; i < fields.count; i++) {
      const field = fields.field(i)
      if (field === Field.other) continue
      const value = fields.value(text, i)
      if (field === Field.contentLength) {
        lengths++
        length = parseContentLength(value)
      } else if (field === Field.transferEncoding) {
        if (chunked || value.toLowerCase() !== 'chunked') return false
        chunked = true
      } else if (field === Field.connection) this.#readConnection(value)
      else if (field === Field.keepAlive) this.#readKeepAlive(value)
    }
    if (lengths > 1 || length < 0 || (lengths > 0 && chunked)) return false
    this.contentLength = length
    this.framing = this.#framing(requestMethod, { chunked, hasLength: lengths > 0 })
    return true
  }

  #framing(requestMethod: string, how: { chunked: boolean; hasLength: boolean }): number {
    if (requestMethod === 'HEAD' || this.status < 200) return Framing.none
    if (this.status === 204 || this.status === 304) return Framing.none
    if (how.chunked) return Framing.chunked
    if (!how.hasLength) return Framing.untilClose
    return this.contentLength === 0 ? Framing.none : Framing.length
  }

  #readConnection(value: string): void {
    if (value === 'keep-alive') {
      this.keepAlive = true
      return
    }
    for (const option of listOf(value)) {
      if (option === 'close') this.keepAlive = false
      else if (option === 'keep-alive') this.keepAlive = true
      else if (option !== 'upgrade') {
        this.nominated = new Set([...(this.nominated ?? []), option])
      }
    }
  }

  /** A target says the same each time. */
  #readKeepAlive(value: string): void {
    if (value !== this.#keepAliveValue) {
      const timeout = /\btimeout=(\d{1,6})\b/.exec(value)
      this.#keepAliveValue = value
      this.#keepAliveMs = timeout === null ? 0 : Number(timeout[1]) * 1000
    }
    this.idleTimeoutMs = this.#keepAliveMs
  }
}
