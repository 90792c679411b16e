import { EventEmitter } from 'node:events'
import type { Datagrams } from '../process/router.ts'

/** A datagram socket of the agent's, as the engine uses it. */
export class DatagramRelay
  extends EventEmitter<{ message: [Buffer, { address: string; port: number }] }>
  implements Datagrams
{
  readonly #send: (message: Buffer, port: number, address: string) => void

  constructor(send: (message: Buffer, port: number, address: string) => void) {
    super()
    this.#send = send
  }

  send(message: Buffer, port: number, address: string, done: () => void): void {
    this.#send(message, port, address)
    done()
  }

  close(): void {
    this.removeAllListeners()
  }
}
