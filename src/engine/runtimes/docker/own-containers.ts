import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { SandboxSpec } from '../runtime.ts'
import {
  bind,
  type ContainerBody,
  type DockerMount,
  ENGINE_LABEL,
  nameInDocker,
  NO_LOG,
  TASK_LABEL,
} from './container-body.ts'
import { demultiplex } from './demultiplex.ts'
import type { DockerApi } from './docker-api.ts'
import {
  type DockerRouter,
  type RouterContainer,
  SOCKET_DIRECTORY,
  SOCKET_NAME,
} from './docker-router.ts'
import { programDirectories } from './host-image.ts'

export interface OwnContainersOptions {
  readonly docker: DockerApi
  readonly engineId: string
  /** See `hostImage`. */
  readonly image: string
  /** Where Node keeps compiled code, so that the agent starts fast. */
  readonly compileCache: string
  /** Where the machine's programs are. */
  readonly searchPath: string
}

const HOME = '/longshore'
/** Making interfaces and entering the namespaces of tasks. */
const ROUTER_CAPABILITIES = ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE']

/** The engine's own containers: a VPC's router, and what holds a task's network. */
export class OwnContainers {
  readonly #options: OwnContainersOptions

  constructor(options: OwnContainersOptions) {
    this.#options = options
  }

  /** A process that does nothing, in a network namespace that all containers of a task have. */
  async startPause(spec: SandboxSpec): Promise<{ id: string; pid: number }> {
    const { docker, engineId, image } = this.#options
    const body: ContainerBody = {
      Image: image,
      Entrypoint: ['sleep', 'infinity'],
      Hostname: spec.hostname,
      Labels: { [ENGINE_LABEL]: engineId, [TASK_LABEL]: spec.taskId },
      HostConfig: {
        NetworkMode: 'none',
        LogConfig: NO_LOG,
        CapDrop: ['ALL'],
        ReadonlyRootfs: true,
        Mounts: programMounts(),
      },
    }
    const query = { name: nameInDocker(spec.taskId, 'network') }
    const { Id: id } = await docker.post<{ Id: string }>('/containers/create', { query, body })
    try {
      await docker.post(`/containers/${id}/start`)
      const { State } = await docker.get<{ State: { Pid: number } }>(`/containers/${id}/json`)
      return { id, pid: State.Pid }
    } catch (error) {
      await docker.delete(`/containers/${id}`, { force: '1' }).catch(() => {})
      throw error
    }
  }

  /** Joins a task's network namespace to the VPC's. */
  async join(router: DockerRouter, words: readonly string[]): Promise<void> {
    await router.run(['sh', `${HOME}/runtimes/docker/scripts/join.sh`, ...words])
  }

  async startRouter(vpcId: string, socketDirectory: string): Promise<RouterContainer> {
    const { compileCache, docker, engineId, image, searchPath } = this.#options
    const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js'
    const body: ContainerBody = {
      Image: image,
      Entrypoint: [
        'sh',
        `${HOME}/runtimes/process/scripts/boot.sh`,
        `${HOME}/bin/node`,
        '--max-semi-space-size=1',
        `${HOME}/runtimes/docker/agent/main.${extension}`,
        `${SOCKET_DIRECTORY}/${SOCKET_NAME}`,
      ],
      Env: [`PATH=${searchPath}`, `NODE_COMPILE_CACHE=${HOME}/cache`],
      Labels: { [ENGINE_LABEL]: engineId, 'dev.longshore.vpc': vpcId },
      HostConfig: {
        NetworkMode: 'none',
        PidMode: 'host',
        UsernsMode: 'host',
        LogConfig: NO_LOG,
        CapAdd: ROUTER_CAPABILITIES,
        SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
        MaskedPaths: [],
        ReadonlyPaths: [],
        Mounts: [
          ...programMounts(),
          bind(process.execPath, `${HOME}/bin/node`, true),
          bind(dirname(import.meta.dirname), `${HOME}/runtimes`, true),
          bind(compileCache, `${HOME}/cache`),
          bind(socketDirectory, SOCKET_DIRECTORY),
        ],
      },
    }
    const { Id: id } = await docker.post<{ Id: string }>('/containers/create', { body })
    const remove = async (): Promise<void> => {
      await docker.delete(`/containers/${id}`, { force: '1' }).catch(() => {})
    }
    try {
      const [output, waiting] = await Promise.all([
        docker.hijack(`/containers/${id}/attach`, {
          query: { stream: '1', stdout: '1', stderr: '1' },
        }),
        docker.stream('POST', `/containers/${id}/wait`, { query: { condition: 'next-exit' } }),
      ])
      await docker.post(`/containers/${id}/start`)
      return { ended: lastWords(output, waiting), remove }
    } catch (error) {
      await remove()
      throw error
    }
  }
}

/** This machine's programs, at their own places. */
function programMounts(): DockerMount[] {
  return programDirectories().directories.map((name) =>
    bind(join('/', name), join('/', name), true),
  )
}

const KEPT_CHARACTERS = 4000

async function lastWords(output: Readable, waiting: Readable): Promise<string> {
  const { stdout, stderr } = demultiplex(output)
  stdout.resume()
  const [words] = await Promise.all([text(stderr), text(waiting)])
  return words.trim().slice(-KEPT_CHARACTERS)
}
