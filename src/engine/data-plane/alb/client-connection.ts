import type { Duplex } from 'node:stream'
import { ChunkedBody } from '../http/chunked-body.ts'
import { MAX_HEAD_BYTES, type Problem } from '../http/fields.ts'
import { type Generated, generatedPage, generatedText } from '../http/generated.ts'
import { Framing, RequestHead } from '../http/request-head.ts'
import type { AlbEnvironment, Peer } from './environment.ts'
import { Exchange, type ExchangeClient } from './exchange.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const CR = 13
const LF = 10
const SMALL_BODY = 8192
/** Real: how long a client may take to read the answer that ends its connection. */
const LINGER_MS = 5000

/** A client's connection: reads its requests one after another and writes their responses. */
export class ClientConnection implements ExchangeClient {
  readonly head = new RequestHead()
  readonly peer: Peer
  readonly protocol: 'http' | 'https'
  readonly #socket: Duplex
  readonly #env: AlbEnvironment
  readonly #chunked = new ChunkedBody()
  readonly #openedAtMs: number
  /** Whether anything moved since the last sweep: cheaper to note than when it did. */
  #moved = false
  #stillSinceMs: number
  /** It has been open for the client keep-alive time: the next response ends it. */
  #old = false
  #exchange: Exchange | undefined
  /** Bytes that cannot be taken yet: a part of a head, or what follows the current request. */
  #pending: Buffer | undefined
  #bodyLeft = 0
  #bodyDone = true
  /** Both sides talk another protocol now. */
  #switched = false
  /** The last answer is written; what still comes in is thrown away. */
  #lingering = false
  #processing = false
  #paused = false

  constructor(
    socket: Duplex,
    { peer, env, onClose }: { peer: Peer; env: AlbEnvironment; onClose: () => void },
  ) {
    this.#socket = socket
    this.peer = peer
    this.#env = env
    this.protocol = env.config.protocol === 'HTTPS' ? 'https' : 'http'
    this.#openedAtMs = env.clock.now()
    this.#stillSinceMs = this.#openedAtMs
    socket.on('data', (part: Buffer) => this.#onData(part))
    socket.on('drain', () => this.#exchange?.resume())
    socket.on('end', () => this.#onEnd())
    socket.on('error', () => this.destroy())
    socket.once('close', () => {
      this.#abort()
      onClose()
    })
  }

  get keepsAlive(): boolean {
    return this.head.keepAlive && this.#bodyDone && !this.#old && !this.#env.stopping
  }

  touch(): void {
    this.#moved = true
  }

  send(head: string, body: Buffer | undefined): boolean {
    const socket = this.#socket
    if (body === undefined) return socket.write(head, 'latin1')
    this.#env.counters.processedBytes += body.length
    // One write of one string costs half of what gathering two buffers does.
    if (body.length <= SMALL_BODY) return socket.write(head + body.toString('latin1'), 'latin1')
    socket.cork()
    socket.write(head, 'latin1')
    const ok = socket.write(body)
    socket.uncork()
    return ok
  }

  sendBody(part: Buffer): boolean {
    this.#env.counters.processedBytes += part.length
    return this.#socket.write(part)
  }

  respond(answer: Generated): void {
    const keepAlive = this.keepsAlive
    const bodyless = this.head.method === 'HEAD'
    const text = generatedText(answer, { keepAlive, bodyless, date: this.#env.date })
    if (keepAlive) this.#socket.write(text)
    else this.#linger(text)
    this.onDone(keepAlive)
  }

  onReady(): void {
    this.#resume()
    // A client that waits for leave to send its body has sent nothing that could be taken.
    this.#exchange?.flush()
  }

  onDrain(): void {
    if (!this.#bodyDone || this.#switched) this.#resume()
  }

  onSwitch(): void {
    this.#switched = true
    this.#resume()
  }

  onDone(keepAlive: boolean): void {
    this.#exchange = undefined
    this.#switched = false
    this.touch()
    if (!keepAlive) this.#linger('')
    else if (!this.#processing) this.#resume()
  }

  destroy(): void {
    this.#abort()
    this.#socket.destroy()
  }

  /** Ends the connection when it is idle; a request in flight ends first. */
  close(): void {
    if (this.#exchange === undefined) this.#socket.end()
  }

  /** Ends what has been still for too long. */
  sweep(nowMs: number): void {
    const { clock, http } = this.#env
    if (nowMs - this.#openedAtMs > clock.real(http.clientKeepAliveMs)) this.#old = true
    if (this.#moved) this.#stillSinceMs = nowMs
    this.#moved = false
    const stillMs = nowMs - this.#stillSinceMs
    if (this.#lingering) {
      if (stillMs > clock.real(LINGER_MS)) this.destroy()
    } else if (stillMs > clock.real(http.idleTimeoutMs)) {
      this.#moved = true
      if (this.#exchange !== undefined) this.#exchange.expire()
      else if (this.#pending === undefined) this.#socket.end()
      else this.#refuse(408)
    }
  }

  #onData(part: Buffer): void {
    if (this.#lingering) return
    this.touch()
    this.#env.counters.processedBytes += part.length
    this.#process(this.#pending === undefined ? part : Buffer.concat([this.#pending, part]))
  }

  #pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  #resume(): void {
    if (this.#paused) this.#socket.resume()
    this.#paused = false
    const bytes = this.#pending
    if (bytes !== undefined) this.#process(bytes)
  }

  /** Takes as much of `bytes` as can be taken now, and keeps the rest. */
  #process(bytes: Buffer): void {
    this.#processing = true
    this.#pending = undefined
    let at = 0
    while (at < bytes.length && !this.#lingering) {
      const next = this.#take(bytes, at)
      if (next === at) break
      at = next
    }
    if (at < bytes.length && !this.#lingering) {
      this.#pending = at === 0 ? bytes : bytes.subarray(at)
      // A request waits for the one before it, or for a target: nothing more is read meanwhile.
      if (this.#exchange !== undefined) this.#pause()
    }
    this.#processing = false
    this.#exchange?.flush()
  }

  /** Takes a head or a part of a body; where it ends, or `at` when nothing can be taken. */
  #take(bytes: Buffer, at: number): number {
    const exchange = this.#exchange
    if (exchange === undefined) return this.#takeHead(bytes, at)
    if (!exchange.ready || (this.#bodyDone && !this.#switched)) return at
    return this.#takeBody(exchange, bytes, at)
  }

  #takeHead(bytes: Buffer, from: number): number {
    // Some clients end a body with an empty line that belongs to nothing (RFC 9112, section 2.2).
    const start = bytes[from] === CR && bytes[from + 1] === LF ? from + 2 : from
    const end = bytes.indexOf(HEAD_END, start)
    if (end < 0) {
      if (bytes.length - start > MAX_HEAD_BYTES) return this.#refuse(400, bytes)
      return from
    }
    if (end - start > MAX_HEAD_BYTES) return this.#refuse(400, bytes)
    const { head } = this
    const problem = head.read(bytes.toString('latin1', start, end + 4))
    if (problem !== 0) return this.#refuse(problem, bytes)
    this.#bodyLeft = head.contentLength
    this.#bodyDone = head.framing === Framing.none
    if (head.framing === Framing.chunked) this.#chunked.reset()
    this.#exchange = new Exchange(this, this.#env)
    this.#exchange.start()
    return end + 4
  }

  #takeBody(exchange: Exchange, bytes: Buffer, at: number): number {
    const end = this.#bodyEnd(bytes, at)
    if (end < 0) {
      this.#bodyDone = false
      exchange.refuseBody()
      return bytes.length
    }
    if (this.#bodyDone) exchange.requestSent = true
    const ok = exchange.sendBody(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
    if (!ok && (!this.#bodyDone || this.#switched)) this.#pause()
    return end
  }

  /** Where the current body ends within `bytes`, their length when it goes on, or -1. */
  #bodyEnd(bytes: Buffer, at: number): number {
    if (this.#switched) return bytes.length
    if (this.head.framing === Framing.chunked) {
      const end = this.#chunked.follow(bytes, at)
      this.#bodyDone = this.#chunked.done
      return end
    }
    const end = Math.min(bytes.length, at + this.#bodyLeft)
    this.#bodyLeft -= end - at
    this.#bodyDone = this.#bodyLeft === 0
    return end
  }

  /** Answers a request that cannot be read; nothing after it can be either. */
  #refuse(status: Exclude<Problem, 0> | 408, bytes?: Buffer): number {
    this.#env.counters.countGenerated(status)
    const answer = generatedPage(status)
    this.#linger(generatedText(answer, { keepAlive: false, bodyless: false, date: this.#env.date }))
    return bytes?.length ?? 0
  }

  #linger(text: string): void {
    if (this.#lingering) return
    this.#lingering = true
    this.#pending = undefined
    if (text === '') this.#socket.end()
    else this.#socket.end(text)
    this.#socket.resume()
  }

  /** The client's side is over. */
  #onEnd(): void {
    if (this.#switched) this.#exchange?.endSending()
    else if (this.#exchange !== undefined) this.destroy()
  }

  #abort(): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.abort()
  }
}
