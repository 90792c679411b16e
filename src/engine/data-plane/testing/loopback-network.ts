import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  ConnectionDropped,
  ConnectionRefused,
  type Endpoint,
  type Network,
  type PrivateAddress,
  type Source,
} from '../../network/network.ts'

/** A network whose private addresses are all this machine's loopback, but for what is bound. */
export class LoopbackNetwork implements Network {
  readonly names = new Map<string, PrivateAddress>()
  /** Addresses that packets do not reach. */
  readonly dropped = new Set<string>()
  readonly #bound = new Map<string, Endpoint>()

  bind({ vpcId, ip }: PrivateAddress, endpoint: Endpoint): { release(): void } {
    this.#bound.set(`${vpcId}/${ip}`, endpoint)
    return { release: () => this.#bound.delete(`${vpcId}/${ip}`) }
  }

  connect(from: Source, { vpcId, ip, port }: PrivateAddress & { port: number }): Promise<Duplex> {
    const endpoint = this.#bound.get(`${vpcId}/${ip}`)
    if (endpoint !== undefined) return endpoint.connect(port, from)
    if (this.dropped.has(ip)) return Promise.reject(new ConnectionDropped(ip))
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true })
      const refuse = (): void => reject(new ConnectionRefused(`${ip}:${port}`))
      socket.once('error', refuse)
      socket.once('connect', () => {
        socket.off('error', refuse)
        resolve(socket)
      })
    })
  }

  setName(name: string, address: PrivateAddress | undefined): void {
    if (address === undefined) this.names.delete(name)
    else this.names.set(name, address)
  }

  resolve(name: string, vpcId: string): string | undefined {
    const address = this.names.get(name)
    return address?.vpcId === vpcId ? address.ip : undefined
  }
}
