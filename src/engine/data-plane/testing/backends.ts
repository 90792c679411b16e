import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A server on a free port of this machine. */
export interface Backend {
  readonly port: number
  /** Open connections to it. */
  readonly sockets: ReadonlySet<Socket>
  close(): void
}

/** A backend that answers HTTP; `/health` is answered before `handler` sees it. */
export function httpBackend(handler: RequestListener): Promise<Backend> {
  const server = createHttpServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.url === '/health') response.end('ok')
    else handler(request, response)
  })
  return listening(server)
}

/** A backend that sees sockets; the first bytes of each tell a health check. */
export function rawBackend(
  handler: (socket: Socket, firstBytes: string) => void,
): Promise<Backend> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (part) => {
      const text = part.toString('latin1')
      if (text.startsWith('GET /health ')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      } else handler(socket, text)
    })
  })
  return listening(server)
}

async function listening(server: Server): Promise<Backend> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
