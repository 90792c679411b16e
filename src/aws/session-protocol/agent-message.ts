import { createHash } from 'node:crypto'

/**
 * A message of the data channel that Session Manager and ECS Exec speak over a WebSocket: a binary
 * header in network byte order, then the payload.
 */
export interface AgentMessage {
  readonly type: MessageType
  readonly sequence: number
  /** 1: first message of the channel; 2: last. */
  readonly flags: number
  /** UUID, with hyphens. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly payloadType: number
  readonly payload: Uint8Array
}

export type MessageType =
  | 'input_stream_data'
  | 'output_stream_data'
  | 'acknowledge'
  | 'channel_closed'
  | 'start_publication'
  | 'pause_publication'

export const PAYLOAD = {
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
  stderr: 11,
  exitCode: 12,
} as const

/** Flags of a payload of type `flag`: what the client wants of the channel. */
export const CHANNEL_FLAG = { disconnect: 1, terminate: 2 } as const

export const FIRST_MESSAGE = 1
export const LAST_MESSAGE = 2

const HEADER_BYTES = 116
const TYPE_BYTES = 32
const SCHEMA_VERSION = 1
const OFFSET = {
  headerLength: 0,
  type: 4,
  schemaVersion: 36,
  createdAt: 40,
  sequence: 48,
  flags: 56,
  id: 64,
  digest: 80,
  payloadType: 112,
  payloadLength: 116,
  payload: 120,
} as const

export function encodeAgentMessage(message: AgentMessage): Buffer {
  const bytes = Buffer.alloc(OFFSET.payload + message.payload.length)
  bytes.writeUInt32BE(HEADER_BYTES, OFFSET.headerLength)
  bytes.write(message.type.padEnd(TYPE_BYTES), OFFSET.type, 'latin1')
  bytes.writeUInt32BE(SCHEMA_VERSION, OFFSET.schemaVersion)
  bytes.writeBigUInt64BE(BigInt(message.createdAt), OFFSET.createdAt)
  bytes.writeBigInt64BE(BigInt(message.sequence), OFFSET.sequence)
  bytes.writeBigUInt64BE(BigInt(message.flags), OFFSET.flags)
  bytes.set(swapHalves(Buffer.from(message.id.replaceAll('-', ''), 'hex')), OFFSET.id)
  bytes.set(createHash('sha256').update(message.payload).digest(), OFFSET.digest)
  bytes.writeUInt32BE(message.payloadType, OFFSET.payloadType)
  bytes.writeUInt32BE(message.payload.length, OFFSET.payloadLength)
  bytes.set(message.payload, OFFSET.payload)
  return bytes
}

/** Throws when the bytes are no message, or its digest does not fit its payload. */
export function decodeAgentMessage(bytes: Buffer): AgentMessage {
  if (bytes.length < OFFSET.payload) throw new Error('the message is shorter than its header')
  const headerLength = bytes.readUInt32BE(OFFSET.headerLength)
  const lengthAt = headerLength
  if (headerLength < HEADER_BYTES || bytes.length < lengthAt + 4) {
    throw new Error('the message has no valid header')
  }
  const length = bytes.readUInt32BE(lengthAt)
  const payload = bytes.subarray(lengthAt + 4, lengthAt + 4 + length)
  if (payload.length !== length) throw new Error('the message is cut off')
  const digest = createHash('sha256').update(payload).digest()
  const said = bytes.subarray(OFFSET.digest, OFFSET.digest + 32)
  if (length > 0 && !digest.equals(said)) throw new Error('the digest does not fit the payload')
  return {
    type: bytes.toString('latin1', OFFSET.type, OFFSET.schemaVersion).trim() as MessageType,
    createdAt: Number(bytes.readBigUInt64BE(OFFSET.createdAt)),
    sequence: Number(bytes.readBigInt64BE(OFFSET.sequence)),
    flags: Number(bytes.readBigUInt64BE(OFFSET.flags)),
    id: uuidText(swapHalves(bytes.subarray(OFFSET.id, OFFSET.digest))),
    payloadType: bytes.readUInt32BE(OFFSET.payloadType),
    payload,
  }
}

/** The protocol sends a UUID's least significant half first. */
function swapHalves(uuid: Buffer): Buffer {
  return Buffer.concat([uuid.subarray(8, 16), uuid.subarray(0, 8)])
}

function uuidText(uuid: Buffer): string {
  const hex = uuid.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
