import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { ConnectionDropped, ConnectionRefused } from '../../network/network.ts'
import { traffic } from '../process/hung-connections.ts'
import { macOf } from '../process/mac-address.ts'
import { resolverConfig } from '../process/resolver.ts'
import type { Vpc, VpcTask } from '../process/vpc.ts'
import type {
  ContainerSpec,
  PulledImage,
  RunningContainer,
  Sandbox,
  SandboxSpec,
  SandboxStats,
} from '../runtime.ts'
import { containerBody, ENGINE_LABEL, nameInDocker } from './container-body.ts'
import type { DockerApi } from './docker-api.ts'
import { DockerContainer } from './docker-container.ts'
import type { DockerRouter } from './docker-router.ts'
import type { OwnContainers } from './own-containers.ts'

export interface DockerSandboxOptions {
  readonly spec: SandboxSpec
  readonly docker: DockerApi
  readonly vpc: Vpc
  readonly router: DockerRouter
  readonly own: OwnContainers
  readonly engineId: string
  /** The task's own directory, for the files that its containers have of their own. */
  readonly directory: string
  readonly imageIdOf: (image: PulledImage) => Promise<string>
}

/** One task: a container that holds its network, and the task's own containers in it. */
export class DockerSandbox implements Sandbox, VpcTask {
  readonly taskId: string
  readonly ip: string
  readonly spec: SandboxSpec
  readonly device: string
  readonly #options: DockerSandboxOptions
  readonly #containers = new Set<DockerContainer>()
  readonly #running = new Set<DockerContainer>()
  readonly #volumes = new Map<string, Promise<string>>()
  #pause: { readonly id: string; readonly pid: number } | undefined
  #started = 0
  #destroying: Promise<void> | undefined

  private constructor(options: DockerSandboxOptions) {
    this.#options = options
    this.spec = options.spec
    this.taskId = options.spec.taskId
    this.ip = options.spec.privateIp
    this.device = options.vpc.newDevice()
  }

  static async create(options: DockerSandboxOptions): Promise<DockerSandbox> {
    const { own, router, spec, vpc } = options
    const sandbox = new DockerSandbox(options)
    mkdirSync(options.directory, { recursive: true })
    try {
      const pause = await own.startPause(spec)
      sandbox.#pause = pause
      router.adopt(pause.pid)
      const { device, ip } = sandbox
      await own.join(router, [String(pause.pid), device, macOf(ip), ip, String(spec.prefixLength)])
      vpc.sandboxes.set(ip, sandbox)
      await vpc.flows.add(sandbox)
    } catch (error) {
      await sandbox.destroy()
      throw error
    }
    return sandbox
  }

  async start(spec: ContainerSpec): Promise<RunningContainer> {
    const { docker, engineId, imageIdOf, router } = this.#options
    const files = this.#writeFiles(spec)
    const containerName = nameInDocker(this.taskId, `${this.#started}-${spec.name}`)
    const [imageId, volumes] = await Promise.all([imageIdOf(spec.image), this.#volumesOf(spec)])
    const body = containerBody(spec, {
      sandbox: this.spec,
      engineId,
      pauseId: this.#pause?.id ?? '',
      imageId,
      ...files,
      volumeName: (name) => volumes.get(name) ?? '',
    })
    const container = await DockerContainer.start(
      spec,
      { body, containerName },
      {
        docker,
        adopt: (pid) => router.adopt(pid),
        signal: async (pid, signal) => {
          await router.run(['sh', '-c', 'kill -s "$0" "$1"', signal, String(pid)])
        },
        isStopped: async (pid) => {
          const { text } = await router.ask<'read'>({ op: 'read', path: `/proc/${pid}/stat` })
          return text.slice(text.lastIndexOf(')') + 2).startsWith('T')
        },
      },
    )
    this.#containers.add(container)
    this.#running.add(container)
    void container.exited.then(() => this.#running.delete(container))
    return container
  }

  /** A process in the task's network namespace. */
  pid(): number | undefined {
    return this.#pause?.pid
  }

  async connect(port: number, fromIp: string): Promise<Duplex> {
    try {
      return await this.#options.router.connect(this.ip, port, fromIp)
    } catch (error) {
      const message = `${this.ip}:${port}: ${String(error)}`
      const { code } = error as NodeJS.ErrnoException
      throw code === 'ECONNREFUSED'
        ? new ConnectionRefused(message)
        : new ConnectionDropped(message)
    }
  }

  async stats(): Promise<SandboxStats> {
    const running = [...this.#running]
    const [{ text }, ...usages] = await Promise.all([
      this.#options.router.ask<'read'>({ op: 'read', path: '/proc/net/dev' }),
      ...running.map((container) => container.usage()),
    ])
    // What the router's end of the pair sends, the task receives.
    const { rxBytes: txBytes, txBytes: rxBytes } = traffic(text, this.device)
    const containers = running.flatMap(({ name }, index) => {
      const usage = usages[index]
      return usage === undefined ? [] : [{ name, ...usage, rxBytes, txBytes }]
    })
    return { containers }
  }

  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy()
    return this.#destroying
  }

  async #destroy(): Promise<void> {
    const { directory, docker, router, vpc } = this.#options
    for (const container of this.#running) container.kill('SIGKILL')
    await Promise.all([...this.#running].map((container) => container.exited))
    if (vpc.sandboxes.get(this.ip) === this) vpc.sandboxes.delete(this.ip)
    const ids = [...this.#containers].map(({ runtimeId }) => runtimeId)
    if (this.#pause !== undefined) ids.push(this.#pause.id)
    // The kernel takes its time to remove a namespace; the address must be free at once. Fails when
    // the router is gone, or the interface was never made.
    await router.run(['ip', 'link', 'del', this.device]).catch(() => {})
    await Promise.all([
      vpc.flows.remove(this),
      ...ids.map((id) => docker.delete(`/containers/${id}`, { force: '1', v: '1' })),
    ])
    const volumes = await Promise.all(this.#volumes.values())
    await Promise.all(volumes.map((name) => docker.delete(`/volumes/${name}`, { force: '1' })))
    rmSync(directory, { recursive: true, force: true })
  }

  #writeFiles(spec: ContainerSpec): { hostsFile: string; resolverFile: string } {
    const directory = join(this.#options.directory, `${++this.#started}-${spec.name}`)
    mkdirSync(directory, { recursive: true })
    const hostsFile = join(directory, 'hosts')
    const resolverFile = join(directory, 'resolv.conf')
    writeFileSync(hostsFile, hostsText(this.spec, spec), { mode: 0o644 })
    writeFileSync(resolverFile, resolverConfig(), { mode: 0o644 })
    return { hostsFile, resolverFile }
  }

  /** Docker's names of the task's volumes that a container mounts, made when first wanted. */
  async #volumesOf({ mounts }: ContainerSpec): Promise<Map<string, string>> {
    const names = mounts.flatMap(({ source }) => ('volume' in source ? [source.volume] : []))
    const made = names.map(async (volume) => {
      const making = this.#volumes.get(volume) ?? this.#createVolume(volume)
      this.#volumes.set(volume, making)
      return [volume, await making] as const
    })
    return new Map(await Promise.all(made))
  }

  async #createVolume(volume: string): Promise<string> {
    const { docker, engineId } = this.#options
    const Name = nameInDocker(this.taskId, volume)
    await docker.post('/volumes/create', { body: { Name, Labels: { [ENGINE_LABEL]: engineId } } })
    return Name
  }
}

function hostsText(sandbox: SandboxSpec, spec: ContainerSpec): string {
  const lines = [
    ['127.0.0.1', 'localhost'],
    [sandbox.privateIp, sandbox.hostname],
    ...Object.entries(spec.hosts).map(([name, address]) => [address, name]),
  ]
  return lines.map((line) => `${line.join(' ')}\n`).join('')
}
