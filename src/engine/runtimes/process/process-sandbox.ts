import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { addressNumber } from '../../network/cidr.ts'
import { ConnectionDropped, ConnectionRefused } from '../../network/network.ts'
import type {
  ContainerSpec,
  RunningContainer,
  Sandbox,
  SandboxSpec,
  SandboxStats,
} from '../runtime.ts'
import { traffic } from './hung-connections.ts'
import type { UnpackedImage } from './image-source.ts'
import type { MemoryCgroup } from './memory-cgroup.ts'
import { ProcessContainer } from './process-container.ts'
import { removeTree } from './remove-tree.ts'
import type { WritableLayer } from './root-layout.ts'
import type { SandboxHome } from './sandbox-home.ts'
import type { Tools } from './tools.ts'
import type { Vpc } from './vpc.ts'

export interface SandboxOptions {
  readonly spec: SandboxSpec
  readonly vpc: Vpc
  readonly tools: Tools
  readonly directory: string
  readonly writable: WritableLayer
  readonly mapsAllUsers: boolean
  /** Under which the task gets a cgroup; undefined where there is none. */
  readonly cgroups: MemoryCgroup | undefined
  readonly imageOf: (uri: string) => Promise<UnpackedImage>
}

const MIB = 1024 * 1024

/** One task: a network namespace in its VPC's, and what its containers share. */
export class ProcessSandbox implements Sandbox {
  readonly taskId: string
  readonly ip: string
  readonly spec: SandboxSpec
  readonly device: string
  readonly #options: SandboxOptions
  readonly #home: SandboxHome
  readonly #running = new Set<ProcessContainer>()
  #directories = 0
  #destroying: Promise<void> | undefined

  private constructor(options: SandboxOptions) {
    const { spec, vpc } = options
    this.#options = options
    this.spec = spec
    this.taskId = spec.taskId
    this.ip = spec.privateIp
    this.device = vpc.newDevice()
    this.#home = {
      ...options,
      cgroup: options.cgroups?.child(spec.taskId, spec.memoryMiB * MIB),
      router: vpc.router,
      newDirectory: (name) => {
        const key = `${spec.taskId}-${++this.#directories}-${name}`
        const directory = join(options.directory, `${this.#directories}-${name}`)
        mkdirSync(directory, { mode: 0o755 })
        return { key, directory }
      },
    }
  }

  static async create(options: SandboxOptions): Promise<ProcessSandbox> {
    const { directory, spec, tools, vpc } = options
    mkdirSync(directory, { recursive: true })
    const sandbox = new ProcessSandbox(options)
    const script = join(import.meta.dirname, 'scripts/sandbox.sh')
    const { device, ip } = sandbox
    const { router } = vpc
    const network = [device, macOf(ip), ip, String(spec.prefixLength)]
    try {
      await Promise.all([
        router.run([tools.paths.sh, script, directory, ...network]),
        sandbox.#home.cgroup ??
          router.ask<'limit'>({
            op: 'limit',
            group: spec.taskId,
            memoryBytes: spec.memoryMiB * MIB,
          }),
      ])
      vpc.sandboxes.set(ip, sandbox)
      await vpc.flows.add(sandbox)
    } catch (error) {
      await sandbox.destroy()
      throw error
    }
    return sandbox
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const image = await this.#options.imageOf(spec.image.uri)
    const container = await ProcessContainer.start(this.#home, spec, image)
    this.#running.add(container)
    void container.exited.then(() => this.#running.delete(container))
    return container
  }

  /** A process in the task's network namespace. */
  pid(): number | undefined {
    return this.#running.values().next().value?.pid
  }

  async connect(port: number, fromIp: string): Promise<Duplex> {
    try {
      return await this.#options.vpc.router.connect(this.ip, port, fromIp)
    } catch (error) {
      const message = `${this.ip}:${port}: ${String(error)}`
      const { code } = error as NodeJS.ErrnoException
      throw code === 'ECONNREFUSED'
        ? new ConnectionRefused(message)
        : new ConnectionDropped(message)
    }
  }

  async stats(): Promise<SandboxStats> {
    const { router } = this.#options.vpc
    const [{ programs }, { text }] = await Promise.all([
      router.ask<'usage'>({ op: 'usage', group: this.taskId }),
      router.ask<'read'>({ op: 'read', path: '/proc/net/dev' }),
    ])
    // What the router's end of the pair sends, the task receives.
    const { rxBytes: txBytes, txBytes: rxBytes } = traffic(text, this.device)
    const containers = [...this.#running].flatMap(({ key, name }) => {
      const used = programs.find((each) => each.key === key)
      if (used === undefined) return []
      const { cpuMs, memoryBytes } = used
      return [{ name, cpuMs, memoryBytes, rxBytes, txBytes }]
    })
    return { containers }
  }

  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy()
    return this.#destroying
  }

  async #destroy(): Promise<void> {
    const { directory, tools, vpc } = this.#options
    const { router } = vpc
    const running = [...this.#running]
    for (const container of running) container.kill('SIGKILL')
    await Promise.all(running.map((container) => container.exited))
    if (vpc.sandboxes.get(this.ip) === this) vpc.sandboxes.delete(this.ip)
    // Fails when the namespaces are gone already, or the interface was never made.
    await router.run([tools.paths.ip, 'link', 'del', this.device]).catch(() => {})
    await vpc.flows.remove(this)
    this.#home.cgroup?.remove()
    removeTree(directory)
  }
}

/** A locally administered address that says whose it is. */
function macOf(ip: string): string {
  const value = addressNumber(ip) ?? 0
  const hex = value.toString(16).padStart(8, '0').match(/../g) ?? []
  return ['0a', '01', ...hex].join(':')
}
