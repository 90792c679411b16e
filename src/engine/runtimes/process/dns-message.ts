/*
 * The part of DNS (RFC 1035) that a resolver for a VPC's names needs: one question in, addresses
 * out.
 */

export interface Question {
  readonly id: number
  readonly name: string
  readonly type: number
  /** The question section as it came, to be repeated in the answer. */
  readonly section: Buffer
  readonly recursionDesired: boolean
}

export const TYPE_A = 1
const CLASS_IN = 1
const HEADER_BYTES = 12

export const RCODE = { noError: 0, formatError: 1, serverFailure: 2, noSuchName: 3 } as const

export interface Reply {
  readonly rcode: (typeof RCODE)[keyof typeof RCODE]
  /** IPv4 addresses; empty for a name without any. */
  readonly addresses: readonly string[]
  readonly ttlSeconds: number
}

/** The question of a query; undefined for anything else. */
export function parseQuery(message: Buffer): Question | undefined {
  if (message.length < HEADER_BYTES) return undefined
  const flags = message.readUInt16BE(2)
  const isQuery = (flags & 0x8000) === 0
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let at = HEADER_BYTES
  for (;;) {
    const length = message[at]
    // A question's name is never compressed: nothing stands before it.
    if (length === undefined || length > 63) return undefined
    at += 1
    if (length === 0) break
    if (at + length > message.length) return undefined
    labels.push(message.toString('latin1', at, at + length))
    at += length
  }
  if (at + 4 > message.length) return undefined
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at),
    section: message.subarray(HEADER_BYTES, at + 4),
    recursionDesired: (flags & 0x0100) !== 0,
  }
}

export function encodeReply(question: Question, reply: Reply): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(question.id, 0)
  const recursion = 0x0080 | (question.recursionDesired ? 0x0100 : 0)
  header.writeUInt16BE(0x8000 | recursion | reply.rcode, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(reply.addresses.length, 6)
  const records = reply.addresses.map((address) => {
    const record = Buffer.alloc(16)
    // The name is that of the question, right behind the header.
    record.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
    record.writeUInt16BE(TYPE_A, 2)
    record.writeUInt16BE(CLASS_IN, 4)
    record.writeUInt32BE(reply.ttlSeconds, 6)
    record.writeUInt16BE(4, 10)
    address.split('.').forEach((part, index) => record.writeUInt8(Number(part), 12 + index))
    return record
  })
  return Buffer.concat([header, question.section, ...records])
}
