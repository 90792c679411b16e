/*
 * What engine and agent say to one another over a Unix socket in a directory that both see. The
 * agent connects; the first line of each connection says what it is. One is the control
 * connection, with a message a line; each other one carries a task's connection.
 */
import type { Socket } from 'node:net'
import type { Ask, Message, Request } from '../../process/agent/messages.ts'

/** The first line of a connection. */
export type Greeting =
  | { readonly kind: 'control' }
  /** Something connected to a listener: what follows are its bytes. */
  | {
      readonly kind: 'accepted'
      readonly carried: number
      readonly port: number
      readonly localAddress: string
      readonly remoteAddress: string
      readonly remotePort: number
    }
  /** The connection that a request asked for. */
  | { readonly kind: 'made'; readonly id: number; readonly carried: number }

/** Engine → agent. */
export type ToAgent =
  | Request
  /** Resets a carried connection. */
  | { readonly reset: number }
  /** A datagram from a socket that the agent opened for request `from`. */
  | {
      readonly datagram: string
      readonly from: number
      readonly port: number
      readonly address: string
    }
  /** Processes that must not outlive the engine, and those that have ended. */
  | { readonly adopt: number }
  | { readonly release: number }

/** Agent → engine. */
export type ToEngine =
  | Message
  | {
      readonly kind: 'datagram'
      /** The request that opened its socket. */
      readonly id: number
      readonly datagram: string
      readonly address: string
      readonly port: number
    }

export type { Ask }

/** Calls for each line that is a JSON text. Returns what to do with further bytes. */
export function onMessages<T>(socket: Socket, listener: (message: T) => void): void {
  let held = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (held + chunk).split('\n')
    held = lines.pop() ?? ''
    for (const line of lines) listener(JSON.parse(line) as T)
  })
}

export function sendMessage<T extends object>(socket: Socket, message: T): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`)
}

const NEWLINE = 10

/** Reads the first line; what came after it is put back. */
export function readGreeting(socket: Socket, listener: (greeting: Greeting) => void): void {
  let held = Buffer.alloc(0)
  const read = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk !== null;) {
      held = Buffer.concat([held, chunk])
      const end = held.indexOf(NEWLINE)
      if (end >= 0) {
        socket.off('readable', read)
        const rest = held.subarray(end + 1)
        if (rest.length > 0) socket.unshift(rest)
        listener(JSON.parse(held.toString('utf8', 0, end)) as Greeting)
        return
      }
      chunk = socket.read() as Buffer | null
    }
  }
  socket.on('readable', read)
}
