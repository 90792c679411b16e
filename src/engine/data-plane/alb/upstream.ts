import type { Duplex } from 'node:stream'
import { ChunkedBody } from '../http/chunked-body.ts'
import { MAX_HEAD_BYTES } from '../http/fields.ts'
import { Framing } from '../http/request-head.ts'
import { ResponseHead } from '../http/response-head.ts'
import type { Target } from '../targets/target.ts'
import type { ResponseReader, TargetConnection } from '../targets/target-connection.ts'
import type { AlbEnvironment } from './environment.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
/** A target that says for how long it keeps idle connections is left alone a moment earlier. */
const IDLE_MARGIN_MS = 1000

/** A connection to a target: sends one request at a time, and passes its response on. */
export class Upstream implements TargetConnection {
  idleUntilMs = Number.POSITIVE_INFINITY
  readonly target: Target
  readonly #socket: Duplex
  readonly #env: AlbEnvironment
  readonly #head = new ResponseHead()
  readonly #chunked: ChunkedBody
  #reader: ResponseReader | undefined
  #pending: Buffer | undefined
  #inBody = false
  #paused = false
  #upgraded = false
  #left = 0
  #content: Buffer[] = []
  #following: Buffer | undefined

  constructor(socket: Duplex, target: Target, env: AlbEnvironment) {
    this.#socket = socket
    this.target = target
    this.#env = env
    this.#chunked = new ChunkedBody((from, to) => {
      if (this.#reader?.unframed !== true || this.#following === undefined) return
      this.#content.push(this.#following.subarray(from, to))
    })
    target.connections.add(this)
    socket.on('data', (part: Buffer) => this.#onData(part))
    socket.on('drain', () => this.#reader?.onDrain())
    socket.on('end', () => this.#onGone())
    socket.on('error', () => this.#onGone())
    socket.on('close', () => this.#onGone())
  }

  begin(reader: ResponseReader, head: string, more: boolean): void {
    this.#reader = reader
    this.#inBody = false
    if (more) this.#socket.cork()
    this.#socket.write(head, 'latin1')
  }

  send(part: Buffer): boolean {
    return this.#socket.write(part)
  }

  flush(): void {
    if (this.#socket.writableCorked > 0) this.#socket.uncork()
  }

  endSending(): void {
    this.#socket.end()
  }

  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    if (this.#paused) this.#socket.resume()
    this.#paused = false
  }

  destroy(): void {
    this.#reader = undefined
    this.target.connections.delete(this)
    this.target.idle.remove(this)
    this.#socket.destroy()
  }

  cut(): void {
    const reader = this.#reader
    this.destroy()
    reader?.onFailure()
  }

  #onData(part: Buffer): void {
    if (this.#reader === undefined) {
      // Nobody asked: whatever this is, the next request must not get it as its answer.
      this.destroy()
    } else if (this.#inBody) this.#relay(part)
    else this.#readHeads(part)
  }

  #readHeads(part: Buffer): void {
    let bytes = this.#pending === undefined ? part : Buffer.concat([this.#pending, part])
    this.#pending = undefined
    while (this.#reader !== undefined && !this.#inBody) {
      const end = bytes.indexOf(HEAD_END)
      if (end < 0) {
        if (bytes.length > MAX_HEAD_BYTES) this.cut()
        else this.#pending = bytes.length === 0 ? undefined : bytes
        return
      }
      const head = this.#head
      if (!head.read(bytes.toString('latin1', 0, end + 4), this.#reader.method)) return this.cut()
      bytes = bytes.subarray(end + 4)
      if (head.status >= 200 || head.status === 101) return this.#start(bytes)
      this.#reader.onInterim(head)
    }
  }

  /** The final head is there; `bytes` are what came after it. */
  #start(bytes: Buffer): void {
    const reader = this.#reader
    if (reader === undefined) return
    const head = this.#head
    this.#inBody = true
    this.#upgraded = head.status === 101
    this.#left = head.contentLength
    if (head.framing === Framing.chunked) this.#chunked.reset()
    const framing = this.#upgraded ? Framing.untilClose : head.framing
    if (framing === Framing.none) {
      reader.onHead(head, undefined, true)
      this.#finish(bytes.length === 0)
      return
    }
    if (bytes.length === 0 || reader.unframed) {
      reader.onHead(head, undefined, false)
      if (bytes.length > 0) this.#relay(bytes)
      return
    }
    const end = this.#follow(bytes)
    if (end < 0) return this.cut()
    const ended = this.#bodyEnded()
    const body = end === bytes.length ? bytes : bytes.subarray(0, end)
    const ok = reader.onHead(head, body, ended)
    if (ended) this.#finish(end === bytes.length)
    else if (!ok) this.pause()
  }

  /** Passes a part of the body on. */
  #relay(part: Buffer): void {
    const end = this.#follow(part)
    const reader = this.#reader
    if (end < 0 || reader === undefined) return this.cut()
    const ok = reader.unframed
      ? this.#content.splice(0).every((each) => reader.onBody(each))
      : reader.onBody(end === part.length ? part : part.subarray(0, end))
    if (this.#bodyEnded()) this.#finish(end === part.length)
    else if (!ok) this.pause()
  }

  /** Where the body ends within `bytes`, their length when it goes on, or -1. */
  #follow(bytes: Buffer): number {
    if (this.#upgraded || this.#head.framing === Framing.untilClose) {
      if (this.#reader?.unframed === true) this.#content.push(bytes)
      return bytes.length
    }
    if (this.#head.framing === Framing.chunked) {
      this.#following = bytes
      return this.#chunked.follow(bytes, 0)
    }
    const taken = Math.min(this.#left, bytes.length)
    this.#left -= taken
    if (this.#reader?.unframed === true) this.#content.push(bytes.subarray(0, taken))
    return taken
  }

  #bodyEnded(): boolean {
    if (this.#upgraded || this.#head.framing === Framing.untilClose) return false
    return this.#head.framing === Framing.chunked ? this.#chunked.done : this.#left === 0
  }

  /** The response is over; `clean` when nothing came after it. */
  #finish(clean: boolean): void {
    const reader = this.#reader
    if (reader === undefined) return
    this.#reader = undefined
    this.#inBody = false
    const { keepAlive, idleTimeoutMs } = this.#head
    if (clean && keepAlive && reader.requestSent && !this.target.draining) {
      const { clock, http, recentlyMs } = this.#env
      const keepMs = idleTimeoutMs === 0 ? http.idleTimeoutMs : idleTimeoutMs - IDLE_MARGIN_MS
      this.idleUntilMs = recentlyMs + clock.real(keepMs)
      this.resume()
      this.target.idle.put(this)
    } else this.destroy()
    reader.onEnd()
  }

  #onGone(): void {
    const reader = this.#reader
    const endsBody = this.#inBody && (this.#upgraded || this.#head.framing === Framing.untilClose)
    if (!endsBody) return this.cut()
    this.destroy()
    reader?.onEnd()
  }
}
