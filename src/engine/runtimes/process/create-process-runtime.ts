import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../../base/log.ts'
import type { Clock, Timer } from '../../clock/clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import {
  type ImageReference,
  type PulledImage,
  type Runtime,
  RuntimeError,
  type Sandbox,
  type SandboxSpec,
} from '../runtime.ts'
import type { ImageSource, UnpackedImage } from './image-source.ts'
import { cgroupPlace, machineCgroups } from './cgroup-places.ts'
import { engineCgroup } from './engine-cgroup.ts'
import type { MemoryCgroup } from './memory-cgroup.ts'
import { probe } from './probe.ts'
import { ProcessSandbox } from './process-sandbox.ts'
import type { WritableLayer } from './root-layout.ts'
import { removeTree } from './remove-tree.ts'
import { findTools, type Tools } from './tools.ts'
import { mapsAllUsers } from './user-namespace.ts'
import { Vpc } from './vpc.ts'

export interface ProcessRuntimeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly network: VpcNetwork
  readonly images: ImageSource
  /** A directory of the engine's; the runtime uses `tasks` in it. */
  readonly dataDir: string
  /** The port of the engine's AWS API on loopback. */
  readonly apiPort: number
  /** How containers get a writable root; by default the best way that works on this machine. */
  readonly writableLayer?: WritableLayer
  /** Whether cgroups keep memory limits where they can; otherwise the agent watches. */
  readonly memoryCgroups?: boolean
  /** The `PATH` on which util-linux and iproute2 are found. */
  readonly searchPath: string
}

/** Runs tasks as processes in Linux namespaces, as root or as an ordinary user. */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<Runtime> {
  const tools = findTools(options.searchPath)
  const directory = join(options.dataDir, 'tasks')
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  const found = await probe(tools, directory)
  if (found.problem !== undefined) throw new RuntimeError('RuntimeUnavailable', found.problem)
  const writable = options.writableLayer ?? found.writable
  const place = options.memoryCgroups === false ? undefined : cgroupPlace(machineCgroups())
  const cgroups = place && engineCgroup(place)
  options.log.info('tasks run as processes in namespaces', {
    writableLayer: writable,
    users: mapsAllUsers() ? 'all' : 'one',
    memoryLimits: cgroups === undefined ? 'watched' : 'cgroups',
  })
  return new ProcessRuntime(options, { tools, directory, writable, cgroups })
}

interface Found {
  readonly tools: Tools
  readonly directory: string
  readonly writable: WritableLayer
  readonly cgroups: MemoryCgroup | undefined
}

/** Namespaces without tasks stay this long, as the next task often comes soon. */
const LINGER_MS = 60_000

class ProcessRuntime implements Runtime {
  readonly name = 'process'
  readonly #options: ProcessRuntimeOptions
  readonly #found: Found
  readonly #vpcs = new Map<string, Promise<Vpc>>()
  readonly #images = new Map<string, UnpackedImage>()
  readonly #lingering = new Map<Vpc, Timer>()

  constructor(options: ProcessRuntimeOptions, found: Found) {
    this.#options = options
    this.#found = found
  }

  async sweep(): Promise<void> {
    const { directory } = this.#found
    removeTree(directory)
    mkdirSync(directory, { mode: 0o755 })
  }

  async pull({ uri }: ImageReference): Promise<PulledImage> {
    const image = await this.#options.images.resolve(uri)
    this.#images.set(uri, image)
    return image
  }

  async createSandbox(spec: SandboxSpec): Promise<Sandbox> {
    const { cgroups, directory, tools, writable } = this.#found
    const vpc = await this.#vpc(spec.vpcId)
    const sandbox = await ProcessSandbox.create({
      spec,
      vpc,
      tools,
      directory: join(directory, spec.taskId),
      writable,
      mapsAllUsers: mapsAllUsers(),
      cgroups,
      imageOf: async (uri) => this.#images.get(uri) ?? this.#options.images.resolve(uri),
    })
    const { taskId } = spec
    return {
      taskId,
      start: (container) => sandbox.start(container),
      connect: (port, fromIp) => sandbox.connect(port, fromIp),
      stats: () => sandbox.stats(),
      destroy: async () => {
        await sandbox.destroy()
        this.#leave(spec.vpcId, vpc)
      },
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#lingering.values()) timer.cancel()
    const vpcs = await Promise.allSettled(this.#vpcs.values())
    this.#vpcs.clear()
    await Promise.all(
      vpcs.map(async (opened) => {
        if (opened.status === 'fulfilled') await opened.value.close()
      }),
    )
    this.#found.cgroups?.remove()
    removeTree(this.#found.directory)
  }

  /** The VPC's namespaces, made when the first task needs them. */
  async #vpc(vpcId: string): Promise<Vpc> {
    const { apiPort, clock, dataDir, log, network } = this.#options
    const { tools } = this.#found
    const known = this.#vpcs.get(vpcId)
    const opening =
      known ??
      Vpc.open({
        vpcId,
        network,
        clock,
        log,
        tools,
        apiPort,
        compileCache: join(dataDir, 'compile-cache'),
      })
    this.#vpcs.set(vpcId, opening)
    const forget = (): void => {
      if (this.#vpcs.get(vpcId) === opening) this.#vpcs.delete(vpcId)
    }
    const vpc = await opening.catch((error: unknown) => {
      forget()
      throw error
    })
    if (known === undefined) vpc.router.onLost(forget)
    this.#lingering.get(vpc)?.cancel()
    this.#lingering.delete(vpc)
    return vpc
  }

  #leave(vpcId: string, vpc: Vpc): void {
    const { clock } = this.#options
    if (vpc.sandboxes.size > 0 || this.#lingering.has(vpc)) return
    const timer = clock.after(clock.real(LINGER_MS), () => {
      this.#lingering.delete(vpc)
      if (vpc.sandboxes.size > 0) return
      this.#vpcs.delete(vpcId)
      void vpc.close()
    })
    this.#lingering.set(vpc, timer)
  }
}
