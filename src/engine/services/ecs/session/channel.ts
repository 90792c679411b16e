import type { Readable } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import {
  type AgentMessage,
  CHANNEL_FLAG,
  decodeAgentMessage,
  PAYLOAD,
} from '../../../../aws/session-protocol/agent-message.ts'
import type { ExecSession } from '../../../runtimes/runtime.ts'
import { Outgoing, type OutgoingContext } from './outgoing.ts'

const AGENT_VERSION = '3.1.0.0'
const DEFAULT_SIZE = { columns: 80, rows: 24 }
const NORMAL_CLOSURE = 1000
const POLICY_VIOLATION = 1008
/** So long, what a program left behind may go on printing after its end; on the wall clock. */
const LAST_WORDS_MS = 1000
const LOOK_AGAIN_MS = 10

export interface ChannelOptions extends OutgoingContext {
  readonly sessionId: string
  readonly token: string
  readonly open: (terminal: { columns: number; rows: number }) => Promise<ExecSession>
}

/**
 * The agent's side of a data channel (X3): opened by a text frame with the token, then binary
 * messages with acknowledgements, a handshake, the terminal's stream, and the end.
 */
export function serveChannel(socket: WebSocket, options: ChannelOptions): void {
  const channel = new Channel(socket, options)
  socket.on('message', (data, binary) => channel.receive(data, binary))
  socket.on('close', () => channel.closed())
  socket.on('error', () => channel.closed())
}

class Channel {
  readonly #socket: WebSocket
  readonly #options: ChannelOptions
  readonly #outgoing: Outgoing
  #session: ExecSession | undefined
  #opened = false
  #starting = false
  #gone = false
  #expected = 0
  readonly #early = new Map<number, AgentMessage>()
  #size = DEFAULT_SIZE
  #typed: Buffer[] = []

  constructor(socket: WebSocket, options: ChannelOptions) {
    this.#socket = socket
    this.#options = options
    this.#outgoing = new Outgoing(socket, options)
  }

  receive(data: RawData, binary: boolean): void {
    try {
      if (!this.#opened) this.#open(bytesOf(data).toString())
      else if (binary) this.#message(decodeAgentMessage(bytesOf(data)))
    } catch {
      this.#socket.close(POLICY_VIOLATION, 'malformed message')
    }
  }

  closed(): void {
    this.#gone = true
    this.#outgoing.stop()
    this.#session?.kill()
  }

  #open(text: string): void {
    const { TokenValue } = JSON.parse(text) as { TokenValue?: string }
    if (TokenValue !== this.#options.token) {
      this.#socket.close(POLICY_VIOLATION, 'wrong token')
      return
    }
    this.#opened = true
    const ActionParameters = { SessionType: 'Standard_Stream', Properties: {} }
    this.#outgoing.send(
      PAYLOAD.handshakeRequest,
      JSON.stringify({
        AgentVersion: AGENT_VERSION,
        RequestedClientActions: [{ ActionType: 'SessionType', ActionParameters }],
      }),
    )
  }

  /** Messages may come again or out of order; each is taken once, in its turn. */
  #message(message: AgentMessage): void {
    if (message.type === 'acknowledge') {
      const { AcknowledgedMessageSequenceNumber: sequence } = parsed(message.payload)
      this.#outgoing.acknowledged(Number(sequence))
      return
    }
    if (message.type !== 'input_stream_data') return
    this.#outgoing.acknowledge(message)
    if (message.sequence < this.#expected) return
    this.#early.set(message.sequence, message)
    for (let next = this.#early.get(this.#expected); next !== undefined;) {
      this.#early.delete(this.#expected++)
      this.#take(next)
      next = this.#early.get(this.#expected)
    }
  }

  #take({ payloadType, payload }: AgentMessage): void {
    switch (payloadType) {
      case PAYLOAD.handshakeResponse:
        this.#outgoing.send(
          PAYLOAD.handshakeComplete,
          JSON.stringify({ HandshakeTimeToComplete: 0, CustomerMessage: '' }),
        )
        void this.#begin()
        return
      case PAYLOAD.size: {
        const { cols, rows } = parsed(payload)
        this.#size = { columns: Number(cols), rows: Number(rows) }
        this.#session?.resize(this.#size.columns, this.#size.rows)
        return
      }
      case PAYLOAD.flag:
        if (Buffer.from(payload).readUInt32BE(0) === CHANNEL_FLAG.terminate) this.#session?.kill()
        return
      case PAYLOAD.output:
        if (this.#session === undefined) this.#typed.push(Buffer.from(payload))
        else this.#session.stdin.write(payload)
        return
      default:
        return
    }
  }

  async #begin(): Promise<void> {
    if (this.#starting) return
    this.#starting = true
    try {
      const session = await this.#options.open(this.#size)
      this.#session = session
      if (this.#gone) {
        session.kill()
        return
      }
      session.stdin.on('error', () => {})
      const ended = Promise.all([
        this.#relay(session.stdout, PAYLOAD.output),
        this.#relay(session.stderr, PAYLOAD.stderr),
      ])
      for (const typed of this.#typed) session.stdin.write(typed)
      this.#typed = []
      const { exitCode } = await session.exited
      // Its last words come before its exit code.
      await Promise.race([ended, this.#moment(LAST_WORDS_MS)])
      this.#outgoing.send(PAYLOAD.exitCode, String(exitCode))
      this.#close('')
    } catch (error) {
      this.#close(error instanceof Error ? error.message : String(error))
    }
  }

  /** Resolves when the stream has ended. A reader that is slow slows the program. */
  #relay(stream: Readable, payloadType: number): Promise<void> {
    stream.on('data', (data: Buffer) => {
      this.#outgoing.send(payloadType, data)
      if (!this.#outgoing.full) return
      stream.pause()
      void this.#room().then(() => stream.resume())
    })
    return new Promise((resolve) => {
      stream.on('close', resolve)
      stream.on('end', resolve)
      stream.on('error', () => resolve())
    })
  }

  async #room(): Promise<void> {
    while (this.#outgoing.full && !this.#gone) await this.#moment(LOOK_AGAIN_MS)
  }

  #moment(wallMs: number): Promise<void> {
    const { clock } = this.#options
    return clock.sleep(clock.real(wallMs))
  }

  #close(output: string): void {
    this.#outgoing.closeChannel(this.#options.sessionId, output)
    this.#socket.close(NORMAL_CLOSURE)
  }
}

function parsed(payload: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
