import type { Socket } from 'node:net'
import type { Greeting } from './agent/wire.ts'

/**
 * A task's connection, carried over a Unix socket: it has the addresses of the connection itself,
 * and a reset reaches the peer.
 */
export function carriedSocket(
  socket: Socket,
  greeting: Extract<Greeting, { kind: 'accepted' | 'made' }>,
  reset: () => void,
): Socket {
  const addresses =
    greeting.kind === 'accepted'
      ? {
          localAddress: greeting.localAddress,
          localPort: greeting.port,
          remoteAddress: greeting.remoteAddress,
          remotePort: greeting.remotePort,
        }
      : {}
  const members = {
    ...addresses,
    resetAndDestroy: () => {
      reset()
      return socket.destroy()
    },
  }
  return Object.defineProperties(
    socket,
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { value }])),
  )
}
