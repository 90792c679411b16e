import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { messageOf } from '../../../base/errors.ts'
import { AlbListener } from '../alb/alb-listener.ts'
import type { Peer } from '../alb/environment.ts'
import type { ListenerConfig } from '../config.ts'
import { TcpListener } from '../nlb/tcp-listener.ts'
import { listenLocally, type LocalServer } from '../ports/local-server.ts'
import type { Balancer } from './balancer.ts'

/** A listener of either kind, with its socket on this machine. */
export class RunningListener {
  readonly #balancer: Balancer
  readonly #listener: AlbListener | TcpListener
  #server: LocalServer | undefined
  #stopped = false

  constructor(config: ListenerConfig, balancer: Balancer) {
    this.#balancer = balancer
    this.#listener = isHttp(config)
      ? new AlbListener(config, balancer)
      : new TcpListener(config, balancer)
  }

  get config(): ListenerConfig {
    return this.#listener.config
  }

  get localPort(): number | undefined {
    return this.#server?.port
  }

  get connectionCount(): number {
    return this.#listener.connectionCount
  }

  /** Whether `config` changes nothing that its socket depends on. */
  fits(config: ListenerConfig): boolean {
    const { protocol, port, certificate } = this.config
    return (
      protocol === config.protocol &&
      port === config.port &&
      certificate?.cert === config.certificate?.cert
    )
  }

  configure(config: ListenerConfig): void {
    this.#listener.configure(config)
  }

  async listen(): Promise<number> {
    const { port, localPort, certificate } = this.config
    const server = await listenLocally({
      port,
      persisted: localPort,
      certificate,
      onConnection: (socket) => {
        this.#admit(socket).catch(() => socket.destroy())
      },
      onTlsError: () => {
        this.#balancer.counters.rejectedConnections++
      },
    })
    if (this.#stopped) server.close()
    else this.#server = server
    return server.port
  }

  accept(socket: Duplex, peer: Peer): void {
    this.#balancer.services.onActivity()
    this.#listener.accept(socket, peer)
  }

  sweep(nowMs: number): void {
    this.#listener.sweep(nowMs)
  }

  /** Listens no more. Requests in flight end, unless `now` says that they do not. */
  stop(now: boolean): void {
    this.#stopped = true
    this.#server?.close()
    this.#server = undefined
    this.#listener.stop(now)
  }

  /** Lets a client of this machine in when the security groups do (else AWS drops its packets). */
  async #admit(socket: Socket): Promise<void> {
    socket.on('error', () => {})
    const { services, config, counters } = this.#balancer
    const { port } = this.config
    const admitted = await services.admits(config.arn, port).catch((error: unknown) => {
      services.log.error('the security groups of a load balancer could not be read', {
        loadBalancer: config.name,
        reason: messageOf(error),
      })
      return false
    })
    if (!admitted || this.#stopped) {
      counters.rejectedConnections++
      if (!admitted) {
        services.log.warn('no security group rule lets a client of this machine in', {
          loadBalancer: config.name,
          port,
        })
      }
      socket.destroy()
      return
    }
    this.accept(socket, {
      ip: socket.remoteAddress ?? '127.0.0.1',
      port: socket.remotePort ?? 0,
      toPort: socket.localPort ?? port,
    })
  }
}

function isHttp({ protocol }: ListenerConfig): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS'
}
