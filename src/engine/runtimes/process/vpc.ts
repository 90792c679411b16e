import type { Server as HttpServer } from 'node:http'
import type { Log } from '../../../base/log.ts'
import type { Clock } from '../../clock/clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import { DeniedWatch } from './denied-watch.ts'
import { Doors } from './doors.ts'
import { FlowSync } from './flow-sync.ts'
import { metadataServer } from './metadata-server.ts'
import type { ProcessSandbox } from './process-sandbox.ts'
import type { Tools } from './tools.ts'
import { VpcRouter } from './vpc-router.ts'

export interface VpcOptions {
  readonly vpcId: string
  readonly network: VpcNetwork
  readonly clock: Clock
  readonly log: Log
  readonly tools: Tools
  readonly apiPort: number
  readonly compileCache: string
}

/** A VPC with running tasks: its namespaces, where the engine answers in it, and its rules. */
export class Vpc {
  readonly router: VpcRouter
  readonly flows: FlowSync
  /** By private address. */
  readonly sandboxes = new Map<string, ProcessSandbox>()
  readonly #doors: Doors
  readonly #watch: DeniedWatch
  readonly #metadata: HttpServer
  readonly #stopListening: () => void
  #devices = 0

  private constructor(router: VpcRouter, options: VpcOptions) {
    const { apiPort, clock, log, network, tools } = options
    this.router = router
    this.#metadata = metadataServer((ip) => this.sandboxes.get(ip)?.spec.metadata)
    this.#doors = new Doors({ router, network, metadata: this.#metadata, apiPort })
    this.flows = new FlowSync({ router, network, doors: this.#doors, tools, log })
    this.#stopListening = network.onChange(() => void this.flows.sync())
    this.#watch = new DeniedWatch({
      router,
      network,
      clock,
      tasks: () => this.sandboxes.values(),
    })
    router.onLost(() => this.#end())
  }

  static async open(options: VpcOptions): Promise<Vpc> {
    const router = await VpcRouter.start(options)
    const vpc = new Vpc(router, options)
    await vpc.#doors.open()
    return vpc
  }

  /** A name for another interface; the kernel allows 15 characters. */
  newDevice(): string {
    return `task${++this.#devices}`
  }

  async close(): Promise<void> {
    this.#end()
    await this.router.close()
  }

  #end(): void {
    this.#stopListening()
    this.#watch.stop()
    this.#doors.close()
    this.#metadata.closeAllConnections()
  }
}
