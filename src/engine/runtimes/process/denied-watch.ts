import type { Clock, Timer } from '../../clock/clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import { hungConnections, packetsSent } from './hung-connections.ts'
import type { Router } from './router.ts'

export interface WatchedTask {
  readonly ip: string
  /** A process in the task's network namespace; undefined while none runs. */
  pid(): number | undefined
}

export interface DeniedWatchOptions {
  readonly router: Router
  readonly network: VpcNetwork
  readonly clock: Clock
  readonly tasks: () => Iterable<WatchedTask>
}

const LOOK_MS = 1000

/**
 * Finds out whose connections vanish, and has the network say why. The kernel drops them without a
 * word to anybody; but it counts the packets, and a client that waits for an answer can be seen in
 * its task's connection table.
 */
export class DeniedWatch {
  readonly #options: DeniedWatchOptions
  readonly #explained = new Map<string, number>()
  #timer: Timer | undefined
  #seen = 0

  constructor(options: DeniedWatchOptions) {
    this.#options = options
    this.#timer = this.#later()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #later(): Timer {
    const { clock } = this.#options
    return clock.after(clock.real(LOOK_MS), () => void this.#lookAgain())
  }

  async #lookAgain(): Promise<void> {
    // Namespaces that end while they are looked at have nothing to explain any more.
    await this.look().catch(() => {})
    if (this.#timer !== undefined) this.#timer = this.#later()
  }

  /** Explains the connections that hang now, each once. */
  async look(): Promise<void> {
    const { router, tasks } = this.#options
    const { text } = await router.ask<'read'>({ op: 'read', path: '/proc/net/dev' })
    const denied = packetsSent(text, 'denied')
    if (denied === this.#seen) return
    this.#seen = denied
    for (const task of tasks()) await this.#explain(task)
  }

  async #explain(task: WatchedTask): Promise<void> {
    const { clock, network, router } = this.#options
    const pid = task.pid()
    if (pid === undefined) return
    const path = `/proc/${pid}/net/tcp`
    const { text } = await router.ask<'read'>({ op: 'read', path }).catch(() => ({ text: '' }))
    for (const { ip, port } of hungConnections(text)) {
      const key = `${task.ip} ${ip}:${port}`
      const before = this.#explained.get(key) ?? -Infinity
      if (clock.now() - before < clock.real(EXPLAIN_AGAIN_MS)) continue
      this.#explained.set(key, clock.now())
      await network.explain(task.ip, { vpcId: router.vpcId, ip, port })
    }
  }
}

const EXPLAIN_AGAIN_MS = 60_000
