import type { Server as HttpServer } from 'node:http'
import type { Log } from '../../../base/log.ts'
import type { Clock } from '../../clock/clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import { DeniedWatch, type WatchedTask } from './denied-watch.ts'
import { Doors } from './doors.ts'
import { FlowSync, type RoutedTask } from './flow-sync.ts'
import { metadataServer } from './metadata-server.ts'
import type { SandboxSpec } from '../runtime.ts'
import type { Router } from './router.ts'
import type { Tools } from './tools.ts'
import { VpcRouter } from './vpc-router.ts'

/** A task in a VPC, whichever runtime its containers have. */
export interface VpcTask extends WatchedTask, RoutedTask {
  readonly spec: Pick<SandboxSpec, 'metadata'>
}

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
  readonly router: Router
  readonly flows: FlowSync
  /** By private address. */
  readonly sandboxes = new Map<string, VpcTask>()
  readonly #doors: Doors
  readonly #watch: DeniedWatch
  readonly #metadata: HttpServer
  readonly #stopListening: () => void
  #devices = 0

  private constructor(router: Router, options: VpcOptions) {
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

  /** `startRouter` makes the VPC's namespace, by default with this machine's own tools. */
  static async open(
    options: VpcOptions,
    startRouter: (options: VpcOptions) => Promise<Router> = (each) => VpcRouter.start(each),
  ): Promise<Vpc> {
    const router = await startRouter(options)
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
    this.flows.stop()
    this.#watch.stop()
    this.#doors.close()
    this.#metadata.closeAllConnections()
  }
}
