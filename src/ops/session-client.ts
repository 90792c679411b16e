import { randomUUID } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { WebSocket } from 'ws'
import { LongshoreError } from '../base/errors.ts'
import {
  type AgentMessage,
  decodeAgentMessage,
  encodeAgentMessage,
  PAYLOAD,
} from '../aws/session-protocol/agent-message.ts'
import type { ExecSession } from './exec.ts'

const CLIENT_VERSION = '1.2.0.0'
const RESEND_AFTER_MS = 1000

export interface SessionStreams {
  readonly input: Readable
  readonly output: Writable
  readonly error: Writable
  /** The terminal's size now; undefined when the output is no terminal. */
  size(): { columns: number; rows: number } | undefined
  /** Calls back at each change of the size; resolves to what ends that. */
  onResize(listener: () => void): () => void
}

/**
 * Joins a terminal to a session of ECS Exec: the client side of Session Manager's data channel, so
 * that nobody has to install its plugin. Resolves to the command's exit code.
 */
export function runSession(session: ExecSession, streams: SessionStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    new SessionClient(session, streams, { resolve, reject }).open()
  })
}

class SessionClient {
  readonly #session: ExecSession
  readonly #streams: SessionStreams
  readonly #settle: { resolve: (code: number) => void; reject: (error: Error) => void }
  readonly #socket: WebSocket
  readonly #unacknowledged = new Map<number, Buffer>()
  #sequence = 0
  #expected = 0
  #early = new Map<number, AgentMessage>()
  #exitCode = 0
  #resend: NodeJS.Timeout | undefined
  #forgetResize: (() => void) | undefined
  #begun = false

  constructor(
    session: ExecSession,
    streams: SessionStreams,
    settle: { resolve: (code: number) => void; reject: (error: Error) => void },
  ) {
    this.#session = session
    this.#streams = streams
    this.#settle = settle
    this.#socket = new WebSocket(session.streamUrl)
  }

  open(): void {
    const socket = this.#socket
    socket.on('open', () => {
      socket.send(
        JSON.stringify({
          MessageSchemaVersion: '1.0',
          RequestId: randomUUID(),
          TokenValue: this.#session.tokenValue,
          ClientId: randomUUID(),
          ClientVersion: CLIENT_VERSION,
        }),
      )
      this.#resend = setInterval(() => this.#sendAgain(), RESEND_AFTER_MS)
    })
    socket.on('message', (data: Buffer) => this.#receive(decodeAgentMessage(Buffer.from(data))))
    socket.on('close', () => this.#end())
    socket.on('error', (error) => {
      this.#end()
      this.#settle.reject(
        new LongshoreError('session', 'the session broke off', {
          place: `task ${this.#session.taskId}`,
          next: 'Look whether the task still runs: longshore status.',
          cause: error,
        }),
      )
    })
  }

  #receive(message: AgentMessage): void {
    switch (message.type) {
      case 'acknowledge': {
        const { AcknowledgedMessageSequenceNumber: number } = JSON.parse(
          Buffer.from(message.payload).toString(),
        ) as { AcknowledgedMessageSequenceNumber: number }
        this.#unacknowledged.delete(number)
        return
      }
      case 'channel_closed': {
        const { Output } = JSON.parse(Buffer.from(message.payload).toString()) as {
          Output?: string
        }
        if (Output !== undefined && Output !== '') this.#streams.error.write(`${Output}\n`)
        this.#socket.close()
        return
      }
      case 'output_stream_data':
        this.#acknowledge(message)
        this.#inOrder(message)
        return
      default:
        return
    }
  }

  /** Messages may come again or out of order; each is taken once, in its turn. */
  #inOrder(message: AgentMessage): void {
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
      case PAYLOAD.handshakeRequest:
        this.#answerHandshake(Buffer.from(payload).toString())
        return
      case PAYLOAD.handshakeComplete:
        this.#begin()
        return
      case PAYLOAD.stderr:
      case PAYLOAD.error:
        this.#streams.error.write(payload)
        return
      case PAYLOAD.exitCode:
        this.#exitCode = Number(Buffer.from(payload).toString()) || 0
        return
      case PAYLOAD.output:
        this.#begin()
        this.#streams.output.write(payload)
        return
      default:
        return
    }
  }

  #answerHandshake(request: string): void {
    const { RequestedClientActions = [] } = JSON.parse(request) as {
      RequestedClientActions?: { ActionType: string }[]
    }
    const ProcessedClientActions = RequestedClientActions.map(({ ActionType }) => ({
      ActionType,
      ActionStatus: ActionType === 'SessionType' ? 1 : 3,
      ActionResult: null,
      Error: ActionType === 'SessionType' ? '' : `${ActionType} is not supported`,
    }))
    this.#send(
      PAYLOAD.handshakeResponse,
      JSON.stringify({ ClientVersion: CLIENT_VERSION, ProcessedClientActions, Errors: [] }),
    )
  }

  /** From here on, what is typed goes out, and the terminal's size with each change. */
  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    const tellSize = (): void => {
      const size = this.#streams.size()
      if (size === undefined) return
      this.#send(PAYLOAD.size, JSON.stringify({ cols: size.columns, rows: size.rows }))
    }
    tellSize()
    this.#forgetResize = this.#streams.onResize(tellSize)
    this.#streams.input.on('data', this.#onInput)
  }

  readonly #onInput = (data: Buffer | string): void => {
    this.#send(PAYLOAD.output, data)
  }

  #send(payloadType: number, payload: Buffer | string): void {
    const sequence = this.#sequence++
    const bytes = encodeAgentMessage({
      type: 'input_stream_data',
      sequence,
      flags: 0,
      id: randomUUID(),
      createdAt: Date.now(),
      payloadType,
      payload: Buffer.from(payload),
    })
    this.#unacknowledged.set(sequence, bytes)
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes)
  }

  #sendAgain(): void {
    for (const bytes of this.#unacknowledged.values()) {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes)
    }
  }

  #acknowledge(message: AgentMessage): void {
    const payload = JSON.stringify({
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.id,
      AcknowledgedMessageSequenceNumber: message.sequence,
      IsSequentialMessage: true,
    })
    this.#socket.send(
      encodeAgentMessage({
        type: 'acknowledge',
        sequence: 0,
        flags: 3,
        id: randomUUID(),
        createdAt: Date.now(),
        payloadType: 0,
        payload: Buffer.from(payload),
      }),
    )
  }

  #end(): void {
    clearInterval(this.#resend)
    this.#forgetResize?.()
    this.#streams.input.off('data', this.#onInput)
    this.#streams.input.pause()
    this.#settle.resolve(this.#exitCode)
  }
}
