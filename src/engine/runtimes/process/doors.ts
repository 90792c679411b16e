import { lookup } from 'node:dns/promises'
import type { Server as HttpServer } from 'node:http'
import { connect, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  API_ADDRESS,
  API_PORT,
  METADATA_ADDRESS,
  OUTSIDE_NAMES_CIDR,
  RESOLVER_ADDRESS,
} from '../../network/addresses.ts'
import { cidrContains, isPublic } from '../../network/cidr.ts'
import { ConnectionRefused } from '../../network/network.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import { OutsideNames } from './outside-names.ts'
import { answerQuery, type ResolverOptions } from './resolver.ts'
import type { Router } from './router.ts'

export interface DoorsOptions {
  readonly router: Router
  readonly network: VpcNetwork
  readonly metadata: HttpServer
  /** Where the engine's AWS API listens on loopback. */
  readonly apiPort: number
}

const DNS_PORT = 53
const HTTP_PORT = 80
const LINK_LOCAL = '169.254.0.0/16'

/**
 * Where the engine itself answers in a VPC. A listener of the router's namespace is handed to the
 * engine, which accepts there directly; the connection's own address says who is meant: metadata,
 * the AWS API, the resolver, a database or load balancer bound in the network, or the internet.
 */
export class Doors {
  readonly #options: DoorsOptions
  readonly #resolver: ResolverOptions
  readonly #listeners = new Map<number, Promise<Server>>()
  readonly #sockets = new Set<{ close(): void }>()

  constructor(options: DoorsOptions) {
    this.#options = options
    this.#resolver = {
      vpcId: options.router.vpcId,
      names: new OutsideNames(),
      resolve: (name, vpcId) => options.network.resolve(name, vpcId),
      exists: (name) =>
        lookup(name).then(
          () => true,
          () => false,
        ),
    }
  }

  /** Opens what every task needs. */
  async open(): Promise<void> {
    const { router } = this.#options
    const [datagrams] = await Promise.all([
      router.receive(RESOLVER_ADDRESS, DNS_PORT),
      ...[HTTP_PORT, DNS_PORT, API_PORT].map((port) => this.listen(port)),
    ])
    this.#sockets.add(datagrams)
    datagrams.on('message', (message, from) => {
      void answerQuery(message, this.#resolver).then((reply) =>
        reply === undefined ? undefined : datagrams.send(reply, from.port, from.address, () => {}),
      )
    })
  }

  /** Makes the engine accept connections to a port, whatever their address. */
  async listen(port: number): Promise<void> {
    const known = this.#listeners.get(port)
    const opening = known ?? this.#options.router.listen(port)
    this.#listeners.set(port, opening)
    const server = await opening.catch((error: unknown) => {
      this.#listeners.delete(port)
      throw error
    })
    if (known !== undefined) return
    this.#sockets.add(server)
    server.on('connection', (socket) => this.#accept(socket))
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
    this.#sockets.clear()
  }

  #accept(socket: Socket): void {
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
    socket.on('error', () => socket.destroy())
    if (localAddress === METADATA_ADDRESS && localPort === HTTP_PORT) {
      this.#options.metadata.emit('connection', socket)
    } else if (localAddress === RESOLVER_ADDRESS) {
      this.#answerStream(socket)
    } else if (localAddress === API_ADDRESS && localPort === API_PORT) {
      join(socket, connect({ host: '127.0.0.1', port: this.#options.apiPort }))
    } else if (cidrContains(LINK_LOCAL, localAddress)) {
      socket.resetAndDestroy()
    } else {
      const { vpcId } = this.#options.router
      const from = { vpcId, ip: remoteAddress, port: remotePort }
      this.#dial(from, localAddress, localPort).then(
        (target) => join(socket, target),
        (error: unknown) => refuse(socket, error),
      )
    }
  }

  #dial(
    from: { vpcId: string; ip: string; port: number },
    ip: string,
    port: number,
  ): Promise<Duplex> {
    const { network } = this.#options
    if (cidrContains(OUTSIDE_NAMES_CIDR, ip)) {
      const host = this.#resolver.names.nameOf(ip)
      if (host === undefined) return Promise.reject(new ConnectionRefused(`${ip} is nobody`))
      return network.connectOutside(from, { host, port })
    }
    if (isPublic(ip)) return network.connectOutside(from, { host: ip, port })
    return network.connect(from, { vpcId: from.vpcId, ip, port })
  }

  /** DNS over TCP: each message has its length in front of it. */
  #answerStream(socket: Socket): void {
    let held = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0)
        const message = held.subarray(2, end)
        held = held.subarray(end)
        void answerQuery(message, this.#resolver).then((reply) => {
          if (reply === undefined) return socket.destroy()
          const length = Buffer.alloc(2)
          length.writeUInt16BE(reply.length)
          return socket.write(Buffer.concat([length, reply]))
        })
      }
    })
  }
}

/** Carries bytes both ways until both sides are done, or either fails. */
function join(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.allowHalfOpen = true
    from.on('error', () => to.destroy())
    from.once('close', () => to.destroy())
    from.pipe(to)
  }
}

/** A refusal is a reset. What the network drops is not answered, as on AWS. */
function refuse(socket: Socket, error: unknown): void {
  if (error instanceof ConnectionRefused) socket.resetAndDestroy()
  else socket.resume()
}
