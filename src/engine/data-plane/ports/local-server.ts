import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { localPorts } from './local-port.ts'

export interface LocalServerOptions {
  /** The listener's port on AWS. */
  readonly port: number
  /** The port of this machine that it had before. */
  readonly persisted: number | undefined
  /** PEM; undefined for plain TCP. */
  readonly certificate: { readonly key: string; readonly cert: string } | undefined
  readonly onConnection: (socket: Socket) => void
  readonly onTlsError: () => void
}

/** A listener's socket on this machine's loopback. */
export interface LocalServer {
  readonly port: number
  close(): void
}

/** Listens at the first port that is free. Rejects when none is. */
export async function listenLocally(options: LocalServerOptions): Promise<LocalServer> {
  const { certificate, onConnection } = options
  const server =
    certificate === undefined
      ? createTcpServer({ noDelay: true }, onConnection)
      : createTlsServer(
          { ...certificate, noDelay: true, ALPNProtocols: ['http/1.1'] },
          onConnection,
        )
  server.on('tlsClientError', options.onTlsError)
  for (const port of localPorts(options.port, options.persisted)) {
    if (await tryListen(server, port)) {
      // Errors after this are of single connections, and theirs to handle.
      server.on('error', () => {})
      return { port, close: () => server.close() }
    }
  }
  throw new Error(`no port of this machine is free for a listener on ${options.port}`)
}

function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    }
    const onListening = (): void => {
      server.off('error', onError)
      resolve(true)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen({ host: '127.0.0.1', port, exclusive: true, backlog: 1024 })
  })
}
