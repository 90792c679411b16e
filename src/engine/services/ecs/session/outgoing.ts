import type { WebSocket } from 'ws'
import {
  type AgentMessage,
  encodeAgentMessage,
  FIRST_MESSAGE,
} from '../../../../aws/session-protocol/agent-message.ts'
import type { Clock, Timer } from '../../../clock/clock.ts'
import { type Random, uuid } from '../../../random.ts'

/** X3: what is not acknowledged for so long is sent again; on the wall clock. */
const RESEND_MS = 500
/** Beyond this, the program has to wait for its reader. */
const MOST_BUFFERED_BYTES = 1024 * 1024

export interface OutgoingContext {
  readonly clock: Clock
  readonly random: Random
}

/** The messages that an agent sends, in order, each again until it is acknowledged. */
export class Outgoing {
  readonly #socket: WebSocket
  readonly #context: OutgoingContext
  readonly #unacknowledged = new Map<number, Buffer>()
  #sequence = 0
  #timer: Timer | undefined

  constructor(socket: WebSocket, context: OutgoingContext) {
    this.#socket = socket
    this.#context = context
  }

  /** Whether so much is under way that no more should be read from the program. */
  get full(): boolean {
    return this.#socket.bufferedAmount > MOST_BUFFERED_BYTES
  }

  send(payloadType: number, payload: Buffer | string): void {
    const sequence = this.#sequence++
    const bytes = this.#encode('output_stream_data', {
      sequence,
      flags: sequence === 0 ? FIRST_MESSAGE : 0,
      payloadType,
      payload: Buffer.from(payload),
    })
    this.#unacknowledged.set(sequence, bytes)
    this.#write(bytes)
    this.#arm()
  }

  /** Tells the client that its message has arrived. */
  acknowledge({ type, id, sequence }: AgentMessage): void {
    const payload = JSON.stringify({
      AcknowledgedMessageType: type,
      AcknowledgedMessageId: id,
      AcknowledgedMessageSequenceNumber: sequence,
      IsSequentialMessage: true,
    })
    this.#once('acknowledge', { flags: 3, payload })
  }

  /** The client has told that one of ours has arrived. */
  acknowledged(sequence: number): void {
    this.#unacknowledged.delete(sequence)
  }

  closeChannel(sessionId: string, output: string): void {
    const MessageId = uuid(this.#context.random)
    const payload = JSON.stringify({ MessageId, SessionId: sessionId, Output: output })
    this.#once('channel_closed', { flags: 0, payload })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#unacknowledged.clear()
  }

  #once(type: AgentMessage['type'], { flags, payload }: { flags: number; payload: string }): void {
    const message = { sequence: 0, flags, payloadType: 0, payload: Buffer.from(payload) }
    this.#write(this.#encode(type, message))
  }

  #encode(
    type: AgentMessage['type'],
    message: Pick<AgentMessage, 'sequence' | 'flags' | 'payloadType' | 'payload'>,
  ): Buffer {
    const { clock, random } = this.#context
    const createdAt = clock.toWall(clock.now()).getTime()
    return encodeAgentMessage({ ...message, type, createdAt, id: uuid(random) })
  }

  #arm(): void {
    const { clock } = this.#context
    this.#timer ??= clock.after(clock.real(RESEND_MS), () => {
      this.#timer = undefined
      for (const bytes of this.#unacknowledged.values()) this.#write(bytes)
      if (this.#unacknowledged.size > 0) this.#arm()
    })
  }

  #write(bytes: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes)
  }
}
