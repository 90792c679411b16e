import type { ContainerSpec, Mount, SandboxSpec } from '../runtime.ts'

/** What Docker is told to create (`POST /containers/create`), as far as it is used here. */
export interface ContainerBody {
  readonly Image: string
  readonly Entrypoint: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Env?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly Hostname?: string
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck?: { readonly Test: readonly string[] }
  readonly HostConfig: HostConfig
}

export interface HostConfig {
  readonly NetworkMode: string
  readonly Mounts: readonly DockerMount[]
  readonly LogConfig: { readonly Type: 'none' }
  readonly PidMode?: string
  readonly UsernsMode?: string
  readonly IpcMode?: string
  readonly CapAdd?: readonly string[]
  readonly CapDrop?: readonly string[]
  readonly SecurityOpt?: readonly string[]
  readonly MaskedPaths?: readonly string[]
  readonly ReadonlyPaths?: readonly string[]
  readonly ReadonlyRootfs?: boolean
  readonly Memory?: number
  readonly MemorySwap?: number
  readonly NanoCpus?: number
  readonly CpuShares?: number
}

export interface DockerMount {
  readonly Type: 'bind' | 'volume'
  readonly Source: string
  readonly Target: string
  readonly ReadOnly: boolean
}

/** Whose containers these are: `sweep` finds them by it. */
export const ENGINE_LABEL = 'dev.longshore.engine'
export const TASK_LABEL = 'dev.longshore.task'
export const CONTAINER_LABEL = 'dev.longshore.container'

/** The name in Docker of something that a task has. */
export function nameInDocker(taskId: string, name: string): string {
  return `longshore-${taskId}-${name}`
}

/** Docker keeps no log of its own: the engine reads every line as it comes. */
export const NO_LOG = { Type: 'none' } as const

const MEBIBYTE = 1024 * 1024
const NANOS = 1_000_000_000
const CPU_UNITS_A_CPU = 1024
/** What the kernel takes at least. */
const LEAST_SHARES = 2

export interface ContainerPlace {
  readonly sandbox: SandboxSpec
  readonly engineId: string
  /** The container whose network all containers of the task have. */
  readonly pauseId: string
  readonly imageId: string
  /** Files of this container alone: `hosts` and `resolv.conf`. */
  readonly hostsFile: string
  readonly resolverFile: string
  /** The name that a volume of the task has in Docker. */
  readonly volumeName: (volume: string) => string
}

/**
 * A task's container as Docker is told it. Its memory ends at its own limit or, without one, at the
 * task's; its processor time at the task's, of which it gets its share when others want theirs.
 */
export function containerBody(spec: ContainerSpec, place: ContainerPlace): ContainerBody {
  const { sandbox } = place
  const memory = (spec.memoryMiB ?? sandbox.memoryMiB) * MEBIBYTE
  return {
    Image: place.imageId,
    Entrypoint: spec.argv,
    Cmd: [],
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    ...(spec.workingDirectory === '' ? {} : { WorkingDir: spec.workingDirectory }),
    ...(spec.user === '' ? {} : { User: spec.user }),
    Labels: {
      [ENGINE_LABEL]: place.engineId,
      [TASK_LABEL]: sandbox.taskId,
      [CONTAINER_LABEL]: spec.name,
    },
    // ECS runs the checks of the task definition, never an image's own.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: `container:${place.pauseId}`,
      LogConfig: NO_LOG,
      ReadonlyRootfs: spec.readonlyRootFilesystem,
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round((sandbox.cpuUnits / CPU_UNITS_A_CPU) * NANOS),
      CpuShares: Math.max(LEAST_SHARES, spec.cpuUnits ?? 0),
      Mounts: [
        bind(place.hostsFile, '/etc/hosts'),
        bind(place.resolverFile, '/etc/resolv.conf'),
        ...spec.mounts.map((mount) => dockerMount(mount, place.volumeName)),
      ],
    },
  }
}

export function bind(Source: string, Target: string, ReadOnly = false): DockerMount {
  return { Type: 'bind', Source, Target, ReadOnly }
}

function dockerMount(
  { source, path, readonly }: Mount,
  volumeName: (volume: string) => string,
): DockerMount {
  return 'directory' in source
    ? bind(source.directory, path, readonly)
    : { Type: 'volume', Source: volumeName(source.volume), Target: path, ReadOnly: readonly }
}
