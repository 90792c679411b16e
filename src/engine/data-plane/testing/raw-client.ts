import { connect, type Socket } from 'node:net'

/** A client that writes bytes and looks at the bytes that come back. */
export class RawClient {
  readonly socket: Socket
  received = ''
  #ended = false
  #waiting: (() => void)[] = []

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (part: string) => {
      this.received += part
      this.#wake()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** Resolves with everything received once it holds `text` that often; rejects at the end. */
  async until(text: string, times = 1): Promise<string> {
    while (this.received.split(text).length <= times) {
      if (this.#ended) throw new Error(`ended without ${JSON.stringify(text)}: ${this.received}`)
      await this.#change()
    }
    return this.received
  }

  /** Resolves with everything received once the connection is over. */
  async ended(): Promise<string> {
    while (!this.#ended) await this.#change()
    return this.received
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
