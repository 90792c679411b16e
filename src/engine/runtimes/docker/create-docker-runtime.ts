import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../../base/errors.ts'
import type { Log } from '../../../base/log.ts'
import type { Clock, Timer } from '../../clock/clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import type { AwsCalls } from '../../services/calls.ts'
import { removeTree } from '../process/remove-tree.ts'
import { findTools } from '../process/tools.ts'
import { Vpc } from '../process/vpc.ts'
import {
  type ImageReference,
  type PulledImage,
  type Runtime,
  RuntimeError,
  type Sandbox,
  type SandboxSpec,
} from '../runtime.ts'
import { ENGINE_LABEL } from './container-body.ts'
import type { DockerApi } from './docker-api.ts'
import { DockerImages } from './docker-images.ts'
import { findDocker } from './docker-problem.ts'
import { DockerRouter } from './docker-router.ts'
import { DockerSandbox } from './docker-sandbox.ts'
import { hostImage } from './host-image.ts'
import { OwnContainers } from './own-containers.ts'

export interface DockerRuntimeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly network: VpcNetwork
  /** A directory of the engine's; the runtime uses `docker` in it. */
  readonly dataDir: string
  /** The port of the engine's AWS API and registry on loopback. */
  readonly port: number
  /** The `PATH` on which iproute2 is found. */
  readonly searchPath: string
  /** `DOCKER_HOST` and `XDG_RUNTIME_DIR`, which say where Docker is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly calls: (region: string) => AwsCalls
  /** The regions that are in use. */
  readonly regions: () => readonly string[]
}

/** Runs tasks as containers of a Docker engine on this machine. */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<Runtime> {
  const { docker, problem } = await findDocker(options)
  if (docker === undefined) throw new RuntimeError('RuntimeUnavailable', problem)
  const directory = join(options.dataDir, 'docker')
  const compileCache = join(options.dataDir, 'compile-cache')
  for (const each of [directory, compileCache]) mkdirSync(each, { recursive: true, mode: 0o755 })
  // One engine a directory, so the directory says whose containers these are.
  const engineId = createHash('sha256').update(options.dataDir).digest('hex').slice(0, 12)
  const { searchPath } = findTools(options.searchPath)
  const image = await hostImage(docker)
  const own = new OwnContainers({ docker, engineId, image, compileCache, searchPath })
  return new DockerRuntime(options, { docker, directory, engineId, own })
}

interface Parts {
  readonly docker: DockerApi
  readonly directory: string
  readonly engineId: string
  readonly own: OwnContainers
}

interface RoutedVpc {
  readonly vpc: Vpc
  readonly router: DockerRouter
}

/** A VPC without tasks stays this long, as the next task often comes soon. */
const LINGER_MS = 60_000

class DockerRuntime implements Runtime {
  readonly name = 'docker'
  readonly #options: DockerRuntimeOptions
  readonly #parts: Parts
  readonly #images: DockerImages
  readonly #vpcs = new Map<string, Promise<RoutedVpc>>()
  readonly #lingering = new Map<Vpc, Timer>()

  constructor(options: DockerRuntimeOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    this.#images = new DockerImages({ ...options, docker: parts.docker })
  }

  async sweep(): Promise<void> {
    const { directory, docker, engineId } = this.#parts
    const filters = JSON.stringify({ label: [`${ENGINE_LABEL}=${engineId}`] })
    const containers = await docker.get<{ Id: string }[]>('/containers/json', { all: '1', filters })
    await Promise.all(
      containers.map(({ Id }) => docker.delete(`/containers/${Id}`, { force: '1', v: '1' })),
    )
    const { Volumes } = await docker.get<{ Volumes: { Name: string }[] | null }>('/volumes', {
      filters,
    })
    await Promise.all(
      (Volumes ?? []).map(({ Name }) => docker.delete(`/volumes/${Name}`, { force: '1' })),
    )
    removeTree(directory)
    mkdirSync(directory, { mode: 0o755 })
  }

  pull(image: ImageReference): Promise<PulledImage> {
    return this.#images.pull(image)
  }

  async createSandbox(spec: SandboxSpec): Promise<Sandbox> {
    const { directory } = this.#parts
    const { vpc, router } = await this.#enter(spec.vpcId)
    const sandbox = await DockerSandbox.create({
      ...this.#parts,
      spec,
      vpc,
      router,
      directory: join(directory, spec.taskId),
      imageIdOf: (image) => this.#images.idOf(image),
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
    const opened = await Promise.allSettled(this.#vpcs.values())
    this.#vpcs.clear()
    await Promise.all(
      opened.map(async (each) => {
        if (each.status === 'fulfilled') await each.value.vpc.close()
      }),
    )
    await this.sweep()
  }

  /** The VPC's router, made when the first task needs it. */
  async #enter(vpcId: string): Promise<RoutedVpc> {
    const known = this.#vpcs.get(vpcId)
    const opening = known ?? this.#open(vpcId)
    this.#vpcs.set(vpcId, opening)
    const forget = (): void => {
      if (this.#vpcs.get(vpcId) === opening) this.#vpcs.delete(vpcId)
    }
    const entered = await opening.catch((error: unknown) => {
      forget()
      throw new RuntimeError('ResourceInitializationError', messageOf(error))
    })
    if (known === undefined) entered.router.onLost(forget)
    this.#lingering.get(entered.vpc)?.cancel()
    this.#lingering.delete(entered.vpc)
    return entered
  }

  async #open(vpcId: string): Promise<RoutedVpc> {
    const { own } = this.#parts
    const router = await DockerRouter.start({
      vpcId,
      startContainer: (directory) => own.startRouter(vpcId, directory),
    })
    const vpc = await Vpc.open(
      {
        ...this.#options,
        vpcId,
        apiPort: this.#options.port,
        tools: findTools(this.#options.searchPath),
        compileCache: join(this.#options.dataDir, 'compile-cache'),
      },
      () => Promise.resolve(router),
    )
    return { vpc, router }
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
