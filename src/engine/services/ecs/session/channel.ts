import { randomUUID } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import {
  type AgentMessage,
  CHANNEL_FLAG,
  decodeAgentMessage,
  encodeAgentMessage,
  FIRST_MESSAGE,
  PAYLOAD,
} from '../../../../aws/session-protocol/agent-message.ts'
import type { ExecSession } from '../../../runtimes/runtime.ts'

const AGENT_VERSION = '3.1.0.0'
const DEFAULT_SIZE = { columns: 80, rows: 24 }
const NORMAL_CLOSURE = 1000
const POLICY_VIOLATION = 1008

export interface ChannelOptions {
  readonly token: string
  readonly now: () => number
  readonly open: (terminal: { columns: number; rows: number }) => Promise<ExecSession>
}

/**
 * The agent's side of a data channel: opened by a text frame with the token, then binary messages
 * with acknowledgements, a handshake, the terminal's stream, and the end.
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
  #session: ExecSession | undefined
  #opened = false
  #starting = false
  #sequence = 0
  #expected = 0
  readonly #early = new Map<number, AgentMessage>()
  #size = DEFAULT_SIZE
  #typed: Buffer[] = []

  constructor(socket: WebSocket, options: ChannelOptions) {
    this.#socket = socket
    this.#options = options
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
    this.#session?.kill()
  }

  #open(text: string): void {
    const { TokenValue } = JSON.parse(text) as { TokenValue?: string }
    if (TokenValue !== this.#options.token) {
      this.#socket.close(POLICY_VIOLATION, 'wrong token')
      return
    }
    this.#opened = true
    this.#send(
      PAYLOAD.handshakeRequest,
      JSON.stringify({
        AgentVersion: AGENT_VERSION,
        RequestedClientActions: [
          {
            ActionType: 'SessionType',
            ActionParameters: { SessionType: 'Standard_Stream', Properties: {} },
          },
        ],
      }),
    )
  }

  #message(message: AgentMessage): void {
    if (message.type !== 'input_stream_data') return
    this.#acknowledge(message)
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
        this.#send(
          PAYLOAD.handshakeComplete,
          JSON.stringify({ HandshakeTimeToComplete: 0, CustomerMessage: '' }),
        )
        void this.#begin()
        return
      case PAYLOAD.size: {
        const { cols, rows } = JSON.parse(Buffer.from(payload).toString()) as {
          cols: number
          rows: number
        }
        this.#size = { columns: cols, rows }
        this.#session?.resize(cols, rows)
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
      session.stdin.on('error', () => {})
      session.stdout.on('data', (data: Buffer) => this.#send(PAYLOAD.output, data))
      session.stderr.on('data', (data: Buffer) => this.#send(PAYLOAD.stderr, data))
      for (const typed of this.#typed) session.stdin.write(typed)
      this.#typed = []
      const { exitCode } = await session.exited
      this.#send(PAYLOAD.exitCode, String(exitCode))
      this.#close('')
    } catch (error) {
      this.#close(error instanceof Error ? error.message : String(error))
    }
  }

  #close(output: string): void {
    this.#write('channel_closed', 0, {
      flags: 0,
      payload: Buffer.from(
        JSON.stringify({ MessageId: randomUUID(), SessionId: '', Output: output }),
      ),
    })
    this.#socket.close(NORMAL_CLOSURE)
  }

  #send(payloadType: number, payload: Buffer | string): void {
    const flags = this.#sequence === 0 ? FIRST_MESSAGE : 0
    this.#write('output_stream_data', payloadType, { flags, payload: Buffer.from(payload) })
    this.#sequence++
  }

  #acknowledge(message: AgentMessage): void {
    const payload = JSON.stringify({
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.id,
      AcknowledgedMessageSequenceNumber: message.sequence,
      IsSequentialMessage: true,
    })
    this.#write('acknowledge', 0, { flags: 3, payload: Buffer.from(payload) })
  }

  #write(
    type: AgentMessage['type'],
    payloadType: number,
    { flags, payload }: { flags: number; payload: Buffer },
  ): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(
      encodeAgentMessage({
        type,
        sequence: type === 'output_stream_data' ? this.#sequence : 0,
        flags,
        id: randomUUID(),
        createdAt: Math.round(this.#options.now()),
        payloadType,
        payload,
      }),
    )
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
