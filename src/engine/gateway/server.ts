import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { LongshoreError } from '../../base/errors.ts'
import { dispatch, type DispatchContext } from './dispatch.ts'
import { refusal } from './guard.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024

/** Answers everything below a path prefix, such as `/v2/`. */
export interface Mount {
  readonly prefix: string
  handle(request: IncomingMessage, response: ServerResponse): void
}

/** Takes over upgraded connections below a path prefix. */
export interface UpgradeMount {
  readonly prefix: string
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

export interface GatewayOptions {
  readonly dispatch: DispatchContext
  readonly mounts: readonly Mount[]
  readonly upgrades: readonly UpgradeMount[]
}

/** The engine's front door: one HTTP server on loopback. */
export function createGateway(options: GatewayOptions): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const refused = refusal(request.headers)
    if (refused !== undefined) {
      answer(response, 403, { message: refused })
      request.resume()
      return
    }
    const path = request.url ?? '/'
    const mount = options.mounts.find(({ prefix }) => path.startsWith(prefix))
    if (mount === undefined) collect(request, response, options.dispatch)
    else mount.handle(request, response)
  })
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
      answer(response, 413, {
        __type: 'RequestEntityTooLarge',
        message: 'The request is too large.',
      })
      return
    }
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    const { method = 'GET', url = '/', headers } = request
    void dispatch({ method, url, headers, body }, context).then((result) => {
      response.writeHead(result.status, {
        ...result.headers,
        'content-length': Buffer.byteLength(result.body),
      })
      response.end(result.body)
    })
  })
}

/** A JSON answer to what is no AWS request. */
export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
