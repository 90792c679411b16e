import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { forEachLine } from '../process/lines.ts'
import type {
  ContainerExit,
  ContainerSpec,
  ContainerStats,
  ExecSession,
  ExecSpec,
  RunningContainer,
} from '../runtime.ts'
import { createFailure, startFailure } from './aws-words.ts'
import type { ContainerBody } from './container-body.ts'
import { demultiplex } from './demultiplex.ts'
import type { DockerApi } from './docker-api.ts'
import { startExec } from './exec-session.ts'

export interface ContainerHome {
  readonly docker: DockerApi
  /** Makes a process end with the engine. Returns how to let go of it. */
  readonly adopt: (pid: number) => () => void
  /** Sends a signal to a process, by its number on the Docker engine's machine. */
  readonly signal: (pid: number, signal: string) => Promise<void>
  /** Whether a process has been stopped by a signal. */
  readonly isStopped: (pid: number) => Promise<boolean>
}

interface Inspected {
  readonly State: { readonly Pid: number; readonly OOMKilled: boolean }
}

/** A container of a task, as Docker runs it. */
export class DockerContainer implements RunningContainer {
  readonly name: string
  readonly runtimeId: string
  readonly exited: Promise<ContainerExit>
  readonly #home: ContainerHome

  private constructor(
    name: string,
    { id, home, exited }: { id: string; home: ContainerHome; exited: Promise<ContainerExit> },
  ) {
    this.name = name
    this.runtimeId = id
    this.exited = exited
    this.#home = home
  }

  /** `containerName` is its name in Docker, for whoever looks there. */
  static async start(
    spec: ContainerSpec,
    { body, containerName }: { body: ContainerBody; containerName: string },
    home: ContainerHome,
  ): Promise<DockerContainer> {
    const { docker } = home
    const { Id: id } = await docker
      .post<{ Id: string }>('/containers/create', { query: { name: containerName }, body })
      .catch((error: unknown) => {
        throw createFailure(error)
      })
    try {
      // Before it starts: a program may end, and Docker with it, before anything else is asked.
      const ended = await watch(docker, id, spec)
      await docker.post(`/containers/${id}/start`)
      const { State } = await docker.get<Inspected>(`/containers/${id}/json`)
      const release = State.Pid > 0 ? home.adopt(State.Pid) : (): void => {}
      const exited = ended().finally(release)
      return new DockerContainer(spec.name, { id, home, exited })
    } catch (error) {
      await docker.delete(`/containers/${id}`, { force: '1', v: '1' }).catch(() => {})
      throw startFailure(error)
    }
  }

  kill(signal: string): void {
    const { docker } = this.#home
    void docker.post(`/containers/${this.runtimeId}/kill`, { query: { signal } }).catch(() => {
      // It has ended.
    })
  }

  exec(spec: ExecSpec): Promise<ExecSession> {
    return startExec(this.runtimeId, spec, this.#home)
  }

  /** What it uses now; undefined once it has ended. */
  async usage(): Promise<Pick<ContainerStats, 'cpuMs' | 'memoryBytes'> | undefined> {
    const query = { stream: 'false', 'one-shot': 'true' }
    const stats = await this.#home.docker
      .get<Stats>(`/containers/${this.runtimeId}/stats`, query)
      .catch(() => undefined)
    if (stats?.memory_stats?.usage === undefined) return undefined
    const { usage, stats: detail = {} } = stats.memory_stats
    // Files that the kernel could drop are no use of memory.
    const cache = detail['total_inactive_file'] ?? detail['inactive_file'] ?? 0
    return {
      cpuMs: Math.round((stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / NANOS_A_MS),
      memoryBytes: Math.max(0, usage - cache),
    }
  }
}

interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } }
  readonly memory_stats?: {
    readonly usage?: number
    readonly stats?: Readonly<Record<string, number>>
  }
}

const NANOS_A_MS = 1_000_000
const KILLED = 137

/** Hands on every line that is printed; resolves when nothing more can come. */
async function printed(output: Readable, spec: ContainerSpec): Promise<void> {
  const streams = demultiplex(output)
  await Promise.all(
    (['stdout', 'stderr'] as const).map((stream) =>
      forEachLine(streams[stream], (line) => spec.onOutput(line, stream)),
    ),
  )
}

/** Follows a container that is about to start. The result tells of its end. */
async function watch(
  docker: DockerApi,
  id: string,
  spec: ContainerSpec,
): Promise<() => Promise<ContainerExit>> {
  const attach = { stream: '1', stdout: '1', stderr: '1' }
  const [output, waiting] = await Promise.all([
    docker.hijack(`/containers/${id}/attach`, { query: attach }),
    docker.stream('POST', `/containers/${id}/wait`, { query: { condition: 'next-exit' } }),
  ])
  const said = printed(output, spec)
  // A daemon that goes away takes its containers along.
  const code = (json(waiting) as Promise<{ StatusCode: number }>).then(
    ({ StatusCode }) => StatusCode,
    () => KILLED,
  )
  return async () => {
    const [exitCode] = await Promise.all([code, said])
    // It may be removed by force in this moment.
    const state = await docker.get<Inspected>(`/containers/${id}/json`).catch(() => undefined)
    return { exitCode, outOfMemory: state?.State.OOMKilled ?? false }
  }
}
