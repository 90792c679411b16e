import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net'

/** A listener on every address of the namespace. Whoever gets it accepts. */
export function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true })
    server.once('error', reject)
    server.listen({ port, host: '0.0.0.0', backlog: 1024 }, () => resolve(server))
  })
}

export function receive(address: string, port: number): Promise<DatagramSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(port, address, () => resolve(socket))
  })
}

/** A connection from any address, which is then read by whoever gets it. */
export function connect(to: { host: string; port: number; from: string }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: to.host, port: to.port, localAddress: to.from })
    // Paused before it is connected, it never reads a byte that would then be missing there.
    socket.pause()
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
