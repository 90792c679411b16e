import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { LongshoreError, messageOf } from '../../base/errors.ts'
import type { Mount, UpgradeMount } from '../services/service.ts'
import { dispatch, type DispatchContext } from './dispatch.ts'
import { refusal } from './guard.ts'
import type { Response } from './response.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024
const KEEP_ALIVE_MS = 60_000

export interface GatewayOptions {
  readonly dispatch: DispatchContext
  readonly mounts: readonly Mount[]
  readonly upgrades: readonly UpgradeMount[]
  /** Requests wait for it: a client that is early is slow, not refused. */
  readonly ready: Promise<void>
}

/** The engine's front door: one HTTP server on loopback. */
export function createGateway(options: GatewayOptions): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, frontDoor(options))
  server.on('upgrade', (request, socket, head) => {
    const mount = options.upgrades.find(({ prefix }) => (request.url ?? '').startsWith(prefix))
    if (mount === undefined || refusal(request.headers) !== undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    mount.upgrade(request, socket, head)
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })
  return server
}

function frontDoor({ mounts, dispatch: context, ready }: GatewayOptions): RequestListener {
  const route: RequestListener = (request, response) => {
    const path = request.url ?? '/'
    const mount = mounts.find(({ prefix }) => path.startsWith(prefix))
    if (mount === undefined) collect(request, response, context)
    else enter(mount, { request, response }, context)
  }
  let isOpen = false
  const wait = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await ready
    isOpen = true
    route(request, response)
  }
  return (request, response) => {
    const refused = refusal(request.headers)
    if (refused !== undefined) {
      request.resume()
      answer(response, 403, { message: refused })
    } else if (isOpen) {
      route(request, response)
    } else {
      void wait(request, response)
    }
  }
}

/** A mount's mistake ends its request, never the engine. */
function enter(
  mount: Mount,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  { log }: DispatchContext,
): void {
  try {
    mount.handle(request, response)
  } catch (error) {
    log.error('a request failed inside the engine', {
      mount: mount.prefix,
      error: messageOf(error),
    })
    if (response.headersSent) response.destroy()
    else answer(response, 500, { message: 'The engine failed; its log says why.' })
  }
}

/** Listens on loopback; a port that is taken is explained. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') {
        reject(error)
        return
      }
      const why = error.code === 'EACCES' ? 'may not be used' : 'is in use by another program'
      reject(
        new LongshoreError('port-in-use', `port ${port} ${why}`, {
          place: `127.0.0.1:${port}`,
          next: `Stop that program, or choose another port: --port ${port + 1}.`,
        }),
      )
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function collect(
  request: IncomingMessage,
  response: ServerResponse,
  context: DispatchContext,
): void {
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  })
  request.on('error', () => response.destroy())
  request.on('end', () => {
    if (size > MAX_BODY_BYTES) {
      const message = 'The request is too large.'
      answer(response, 413, { __type: 'RequestEntityTooLarge', message })
      return
    }
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    const { method = 'GET', url = '/', headers } = request
    void respond(response, dispatch({ method, url, headers, body }, context))
  })
}

async function respond(response: ServerResponse, dispatched: Promise<Response>): Promise<void> {
  try {
    const { status, headers, body } = await dispatched
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(body)
  } catch {
    // Not even an error could be written: the client sees a broken connection and tries again.
    response.destroy()
  }
}

/** A JSON answer to what is no AWS request. */
export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
