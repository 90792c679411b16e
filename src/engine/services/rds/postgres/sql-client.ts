import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

/** One session of the engine's own with a server. */
export interface SqlSession {
  /** Runs statements; answers the rows of the last one, as text. Rejects with the server's words. */
  readonly query: (sql: string) => Promise<(string | null)[][]>
  end(): void
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

const PROTOCOL_3 = 196_608
const CLEARTEXT_PASSWORD = 3

/**
 * Opens a session with PostgreSQL over its socket: as much of the protocol as the engine needs
 * (PostgreSQL: "Frontend/Backend Protocol", simple query).
 */
export async function openSession(options: {
  readonly socketPath: string
  readonly user: string
  readonly password: string
  readonly database: string
}): Promise<SqlSession> {
  const socket = connect(options.socketPath)
  await once(socket, 'connect')
  const messages = readMessages(socket)
  const startup = ['user', options.user, 'database', options.database, ''].join('\0') + '\0'
  const head = Buffer.alloc(8)
  head.writeInt32BE(8 + Buffer.byteLength(startup), 0)
  head.writeInt32BE(PROTOCOL_3, 4)
  socket.write(Buffer.concat([head, Buffer.from(startup)]))
  try {
    await authenticate(socket, messages, options.password)
  } catch (error) {
    socket.destroy()
    throw error
  }
  return {
    query: (sql) => simpleQuery(socket, messages, sql),
    end: () => socket.end(encode('X', Buffer.alloc(0))),
  }
}

async function authenticate(
  socket: Socket,
  messages: AsyncIterator<Message>,
  password: string,
): Promise<void> {
  for (;;) {
    const { type, body } = await next(messages)
    if (type === 'E') throw serverError(body)
    if (type === 'R' && body.readInt32BE(0) === CLEARTEXT_PASSWORD) {
      socket.write(encode('p', Buffer.from(`${password}\0`)))
    }
    if (type === 'Z') return
  }
}

async function simpleQuery(
  socket: Socket,
  messages: AsyncIterator<Message>,
  sql: string,
): Promise<(string | null)[][]> {
  socket.write(encode('Q', Buffer.from(`${sql}\0`)))
  let rows: (string | null)[][] = []
  let failure: Error | undefined
  for (;;) {
    const { type, body } = await next(messages)
    if (type === 'T') rows = []
    if (type === 'D') rows.push(readRow(body))
    if (type === 'E') failure ??= serverError(body)
    if (type !== 'Z') continue
    if (failure !== undefined) throw failure
    return rows
  }
}

async function next(messages: AsyncIterator<Message>): Promise<Message> {
  const { value, done } = await messages.next()
  if (done === true) throw new Error('the server closed the connection')
  return value
}

async function* readMessages(socket: Socket): AsyncGenerator<Message, undefined> {
  let buffer: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
    while (buffer.length >= 5) {
      const end = 1 + buffer.readInt32BE(1)
      if (buffer.length < end) break
      yield { type: String.fromCharCode(buffer[0] ?? 0), body: buffer.subarray(5, end) }
      buffer = buffer.subarray(end)
    }
  }
  return undefined
}

function readRow(body: Buffer): (string | null)[] {
  let at = 2
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const length = body.readInt32BE(at)
    at += 4
    if (length < 0) return null
    at += length
    return body.toString('utf8', at - length, at)
  })
}

function serverError(body: Buffer): Error {
  const fields = body.toString('utf8').split('\0')
  const message = fields.find((field) => field.startsWith('M'))?.slice(1)
  return new Error(message ?? 'the server reported an error')
}

function encode(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL writes it. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
