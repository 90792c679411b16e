import { connect, type Socket } from 'node:net'
import { median } from './suite.ts'

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly durationMs: number
  /** The bytes of one request, the same each time. */
  readonly request: Buffer
}

export interface LoadResult {
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
}

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Sends one request again and again over kept connections, each waiting for its answer. Bare
 * sockets: on a machine with few cores a full HTTP client would measure itself.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const times: number[] = []
  const began = performance.now()
  await Promise.all(
    Array.from({ length: options.connections }, () => worker(options, { times, began })),
  )
  const seconds = (performance.now() - began) / 1000
  const sorted = times.toSorted((a, b) => a - b)
  return {
    perSecond: times.length / seconds,
    medianMs: median(times),
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  }
}

function worker(
  { port, request, durationMs }: LoadOptions,
  { times, began }: { times: number[]; began: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = (): void => {
      let answer = NOTHING
      let sentAt = performance.now()
      let isDone = false
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const send = (): void => {
        answer = NOTHING
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('connect', send)
      socket.on('error', reject)
      // A server may close a connection after each answer; the next request opens another.
      socket.on('close', () => (isDone ? resolve() : open()))
      socket.on('data', (chunk) => {
        answer = receive(answer, chunk, socket)
        if (answer.expected === undefined || answer.received < answer.expected) return
        const now = performance.now()
        times.push(now - sentAt)
        isDone = now - began >= durationMs
        if (isDone || answer.closes) socket.end()
        else send()
      })
    }
    open()
  })
}

interface Answer {
  /** Bytes of head and body together, once the head is known. */
  readonly expected: number | undefined
  readonly received: number
  readonly head: Buffer
  /** Whether the server closes the connection after it. */
  readonly closes: boolean
}

const NOTHING: Answer = { expected: undefined, received: 0, head: Buffer.alloc(0), closes: false }

function receive(answer: Answer, chunk: Buffer, socket: Socket): Answer {
  const received = answer.received + chunk.length
  if (answer.expected !== undefined) return { ...answer, received }
  const head = answer.head.length === 0 ? chunk : Buffer.concat([answer.head, chunk])
  const end = head.indexOf(HEAD_END)
  if (end < 0) return { ...NOTHING, received, head }
  const text = head.toString('latin1', 0, end)
  if (!text.startsWith('HTTP/1.1 200')) {
    socket.destroy(new Error(`a request was answered with ${head.toString()}`))
  }
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
  const closes = /connection: close/i.test(text)
  return { expected: end + HEAD_END.length + length, received, head, closes }
}
