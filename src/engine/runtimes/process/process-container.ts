import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  ContainerExit,
  ContainerSpec,
  ExecSession,
  ExecSpec,
  RunningContainer,
} from '../runtime.ts'
import type { ProgramExit } from './agent/messages.ts'
import { startExec } from './exec-session.ts'
import type { UnpackedImage } from './image-source.ts'
import { launchTail, PREPARING } from './launch-command.ts'
import { forEachLine } from './lines.ts'
import { readPipe } from './pipes.ts'
import { prepareContainer, type PreparedContainer } from './prepare-container.ts'
import type { MemoryCgroup } from './memory-cgroup.ts'
import type { SandboxHome } from './sandbox-home.ts'
import { startFailure } from './start-failure.ts'

/** The exit code of a program that SIGKILL ended. */
const KILLED = 137

/** A container: a program in its own mount, PID, IPC and UTS namespaces and the task's network. */
export class ProcessContainer implements RunningContainer {
  readonly name: string
  readonly runtimeId: string
  readonly exited: Promise<ContainerExit>
  /** Its program's process id, as the agent sees it. */
  readonly pid: number
  readonly key: string
  readonly #home: SandboxHome
  readonly #spec: ContainerSpec
  readonly #prepared: PreparedContainer
  readonly #cgroup: MemoryCgroup | undefined

  private constructor(made: {
    home: SandboxHome
    spec: ContainerSpec
    prepared: PreparedContainer
    key: string
    pid: number
    cgroup: MemoryCgroup | undefined
    exited: Promise<ContainerExit>
  }) {
    this.#home = made.home
    this.#spec = made.spec
    this.#prepared = made.prepared
    this.#cgroup = made.cgroup
    this.name = made.spec.name
    this.key = made.key
    this.runtimeId = made.key
    this.pid = made.pid
    this.exited = made.exited
  }

  static async start(
    home: SandboxHome,
    spec: ContainerSpec,
    image: UnpackedImage,
  ): Promise<ProcessContainer> {
    const { router, tools } = home
    const { key, directory } = home.newDirectory(spec.name)
    const prepared = prepareContainer({
      sandbox: home.spec,
      spec,
      image,
      directory,
      sandboxDirectory: home.directory,
      writable: home.writable,
      mapsAllUsers: home.mapsAllUsers,
    })
    const environment = join(directory, 'environment')
    const exit = new Promise<ProgramExit>((resolve) => router.onExit(key, resolve))
    const tail = launchTail({ tools, spec: { ...spec, ...prepared }, user: prepared.user })
    const memoryBytes = spec.memoryMiB === undefined ? undefined : spec.memoryMiB * 1024 * 1024
    const cgroup = home.cgroup?.child(key, memoryBytes)
    const { pid } = await router
      .ask<'start'>({
        op: 'start',
        key,
        argv: [...enterNetwork(home), ...newNamespaces(home, directory, cgroup), ...tail],
        directory,
        preparing: PREPARING,
        stdin: false,
        group: home.spec.taskId,
        ...(memoryBytes === undefined || cgroup !== undefined ? {} : { memoryBytes }),
      })
      .catch(async (error: unknown) => {
        await rm(environment, { force: true })
        cgroup?.remove()
        throw startFailure(spec.argv[0] ?? '', error)
      })
    const output = (['stdout', 'stderr'] as const).map((stream) =>
      forEachLine(readPipe(directory, stream), (line) => spec.onOutput(line, stream)),
    )
    await router.ask<'opened'>({ op: 'opened', key })
    await rm(environment, { force: true })
    const exited = Promise.all([exit, ...output]).then(([ended]) => {
      const outOfMemory = ended.outOfMemory || (cgroup?.killed() ?? false)
      cgroup?.remove()
      return { ...ended, outOfMemory: outOfMemory && ended.exitCode === KILLED }
    })
    return new ProcessContainer({ home, spec, prepared, key, pid, cgroup, exited })
  }

  kill(signal: string): void {
    void this.#home.router.ask<'signal'>({ op: 'signal', key: this.key, signal }).catch(() => {
      // With the namespaces the program is gone too.
    })
  }

  exec(spec: ExecSpec): Promise<ExecSession> {
    const { workingDirectory } = this.#spec
    const { environment, user } = this.#prepared
    const { pid } = this
    const cgroup = this.#cgroup?.directory
    return startExec(this.#home, spec, { pid, environment, user, workingDirectory, cgroup })
  }
}

function enterNetwork({ directory, tools }: SandboxHome): string[] {
  return [tools.paths.nsenter, `--net=${join(directory, 'net')}`]
}

function newNamespaces(
  { spec, tools }: SandboxHome,
  directory: string,
  cgroup: MemoryCgroup | undefined,
): string[] {
  const [first = '', script = ''] = ['first.sh', 'container.sh'].map((name) =>
    join(import.meta.dirname, 'scripts', name),
  )
  const { setpriv, sh, unshare } = tools.paths
  return [
    unshare,
    '--mount',
    '--uts',
    '--ipc',
    '--pid',
    sh,
    first,
    setpriv,
    '--pdeathsig=KILL',
    sh,
    script,
    directory,
    spec.hostname,
    cgroup?.directory ?? '',
  ]
}
