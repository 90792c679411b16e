import { duplexPair, type Duplex } from 'node:stream'
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls'
import { ConnectionRefused, type Endpoint, type Source } from '../../../network/network.ts'
import { OPENING_BYTES, openingOf, unencryptedRefusal } from './startup.ts'
import type { Certificate } from './certificate.ts'

export interface DatabaseEndpointOptions {
  readonly port: number
  readonly certificate: () => Certificate
  /** Whether connections without TLS are refused (`rds.force_ssl`). */
  readonly forceSsl: () => boolean
  /** Opens a connection to the server's socket. */
  readonly connect: () => Promise<Duplex>
}

/**
 * A database at its private address. Ends TLS itself, as PostgreSQL has none on a socket; behind it
 * everything is passed on as it comes.
 */
export function databaseEndpoint(options: DatabaseEndpointOptions): Endpoint {
  let context: SecureContext | undefined
  const secureContext = (): SecureContext => {
    context ??= createSecureContext(options.certificate())
    return context
  }
  return {
    ports: [options.port],
    connect: async (port, from) => {
      if (port !== options.port) throw refused(port)
      const server = await options.connect().catch(() => {
        throw refused(port)
      })
      const [client, inner] = duplexPair()
      void serve(inner, server, { options, from, secureContext })
      return client
    },
  }
}

function refused(port: number): ConnectionRefused {
  return new ConnectionRefused(`no database answers at port ${port}`)
}

interface Circumstances {
  readonly options: DatabaseEndpointOptions
  readonly from: Source
  readonly secureContext: () => SecureContext
}

async function serve(client: Duplex, server: Duplex, given: Circumstances): Promise<void> {
  try {
    const plain = await negotiate(client, given)
    if (plain === undefined) server.destroy()
    else join(plain, server)
  } catch {
    // A client that goes away while it opens its connection has nothing to be told.
    client.destroy()
    server.destroy()
  }
}

/** Answers requests for encryption; resolves to the stream that then carries the session. */
async function negotiate(client: Duplex, given: Circumstances): Promise<Duplex | undefined> {
  for (;;) {
    const head = await readExactly(client, OPENING_BYTES)
    switch (openingOf(head)) {
      case 'gss':
        client.write('N')
        break
      case 'ssl': {
        client.write('S')
        return new TLSSocket(client, { isServer: true, secureContext: given.secureContext() })
      }
      case 'cancel':
        client.unshift(head)
        return client
      case 'startup': {
        if (!given.options.forceSsl()) {
          client.unshift(head)
          return client
        }
        const rest = await readExactly(client, head.readInt32BE(0) - OPENING_BYTES)
        client.end(unencryptedRefusal(given.from.ip, Buffer.concat([head, rest])))
        return undefined
      }
    }
  }
}

const MAX_STARTUP_BYTES = 10_000

/** Reads so many bytes and leaves the rest in the stream. */
async function readExactly(stream: Duplex, count: number): Promise<Buffer> {
  if (count < 0 || count > MAX_STARTUP_BYTES) throw new Error('not a client of PostgreSQL')
  for (;;) {
    const chunk = stream.read(count) as Buffer | null
    if (chunk?.length === count) return chunk
    if (chunk !== null) stream.unshift(chunk)
    if (stream.readableEnded || stream.destroyed || chunk !== null) {
      throw new Error('the client went away')
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of EVENTS) stream.off(event, done)
        resolve()
      }
      for (const event of EVENTS) stream.once(event, done)
    })
  }
}

const EVENTS = ['readable', 'end', 'close', 'error']

/** Passes everything both ways; the end of one stream is the end of the other. */
function join(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}
