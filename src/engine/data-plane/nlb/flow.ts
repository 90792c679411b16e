import type { Duplex } from 'node:stream'

export interface FlowOptions {
  nowMs(): number
  onBytes(count: number): void
  onClose(): void
}

/** Two streams joined, both ways, each at the pace of its reader. */
export class Flow {
  lastActivityMs: number
  readonly #client: Duplex
  readonly #target: Duplex
  readonly #options: FlowOptions
  #closed = false

  constructor(client: Duplex, target: Duplex, options: FlowOptions) {
    this.#client = client
    this.#target = target
    this.#options = options
    this.lastActivityMs = options.nowMs()
    this.#carry(client, target)
    this.#carry(target, client)
    if (client.destroyed) this.cut()
  }

  cut(): void {
    if (this.#closed) return
    this.#closed = true
    this.#client.destroy()
    this.#target.destroy()
    this.#options.onClose()
  }

  #carry(from: Duplex, to: Duplex): void {
    from.on('data', (part: Buffer) => {
      this.lastActivityMs = this.#options.nowMs()
      this.#options.onBytes(part.length)
      if (!to.write(part)) from.pause()
    })
    to.on('drain', () => from.resume())
    from.on('end', () => to.end())
    from.on('error', () => this.cut())
    from.on('close', () => this.cut())
  }
}
