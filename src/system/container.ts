import type { ExistingSecret } from './existing.ts'
import type { Image } from './image.ts'
import type { Postgres, PostgresBinding } from './postgres.ts'
import type { Secret, SecretKey } from './secret.ts'
import type { DeployedValue } from './value.ts'

/** One container of a service's task. Containers of a task meet on `localhost`. */
export interface ContainerOptions {
  /** `build('./folder')` or an image's reference. */
  readonly image: Image
  /** Replaces the image's `CMD`. */
  readonly command?: readonly string[]
  /** Replaces the image's `ENTRYPOINT`. */
  readonly entryPoint?: readonly string[]
  /** Default: the image's. */
  readonly workingDirectory?: string
  /** `user`, `uid`, `user:group` or `uid:gid`. Default: the image's. */
  readonly user?: string
  /** Ports it listens on, by names of yours: `{ http: 3000 }`. */
  readonly ports?: Readonly<Record<string, number | PortOptions>>
  /** Plain variables. A variable of `uses` with the same name gives way. */
  readonly environment?: Readonly<Record<string, EnvironmentValue>>
  /** Variables from Secrets Manager, read when a task starts. */
  readonly secrets?: Readonly<Record<string, SecretSource>>
  /**
   * What it works with. A binding gives the container the address and credentials, the task role
   * the permissions it needs and no more, and opens the way in the security groups.
   */
  readonly uses?: readonly Binding[]
  /** How ECS knows that it is well. Default: running is well enough. */
  readonly health?: ContainerHealthOptions
  /** The task ends when it does. Default: true. */
  readonly essential?: boolean
  /** Waits for other containers of the task: `{ db: 'healthy' }` (`dependsOn`). */
  readonly after?: Readonly<Record<string, ContainerCondition>>
  /** Seconds for what waits on this container, 2 to 120. Default: ECS's own 3 minutes. */
  readonly startTimeoutSeconds?: number
  /** Seconds from SIGTERM to SIGKILL, 2 to 120. Default: 30. */
  readonly stopTimeoutSeconds?: number
  /** CPU units reserved out of the task's. Default: they share. */
  readonly cpu?: number
  /** MiB that it may not exceed. Default: the task's. */
  readonly memory?: number
  /** MiB reserved out of the task's. Default: none. */
  readonly memoryReservation?: number
  /** The image's file system cannot be written. Default: false. */
  readonly readOnlyRoot?: boolean
  /** A first process that reaps zombies and forwards signals. Default: false. */
  readonly init?: boolean
  /** Limits by name: `{ nofile: { soft: 65536, hard: 65536 } }`. */
  readonly ulimits?: Readonly<Record<string, UlimitOptions>>
  /** Docker labels. */
  readonly labels?: Readonly<Record<string, string>>
  /** Log group of its own. Default: the service's. */
  readonly logGroup?: string
}

export interface PortOptions {
  readonly port: number
  /** Default: `tcp`. */
  readonly protocol?: 'tcp' | 'udp'
}

export type EnvironmentValue = string | number | boolean | DeployedValue
export type SecretSource = Secret | SecretKey | ExistingSecret
export type Binding = Postgres | PostgresBinding
export type ContainerCondition = 'started' | 'healthy' | 'complete' | 'success'

/** Say `http` (with the port's name, if there are several), or `command`. */
export interface ContainerHealthOptions {
  /**
   * Path that must answer with a status below 400. It is asked inside the container, with
   * whichever of curl, wget, node or python3 the image has.
   */
  readonly http?: string
  /** Name of the port for `http`. Default: the container's only one. */
  readonly port?: string
  /** A shell's command line, or the words of a command; exit code 0 is well. */
  readonly command?: string | readonly string[]
  /** Seconds between two checks, 5 to 300. Default: 30. */
  readonly intervalSeconds?: number
  /** Seconds until a check has failed, 2 to 60. Default: 5. */
  readonly timeoutSeconds?: number
  /** Failed checks in a row that make it unwell, 1 to 10. Default: 3. */
  readonly retries?: number
  /** Seconds at the start in which failures do not count, 0 to 300. Default: 0. */
  readonly startPeriodSeconds?: number
}

export interface UlimitOptions {
  readonly soft: number
  readonly hard: number
}
