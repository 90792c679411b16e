import type { Duplex, Readable, Writable } from 'node:stream'

/**
 * Makes containers real. A runtime knows nothing of ECS's rules: order, health, restarts and stop
 * sequences are decided by `lifecycle/`; the runtime starts, signals and reports.
 *
 * Everything that a runtime starts dies with the engine; `sweep` removes what a killed engine left.
 * Every implementation passes `runtime.contract.ts`.
 */
export interface Runtime {
  readonly name: 'process' | 'docker' | 'simulated'
  /** Removes sandboxes, containers, mounts and files that an earlier engine left behind. */
  sweep(): Promise<void>
  /** Makes an image usable; rejects with a `RuntimeError` in AWS's words (`CannotPull…`). */
  pull(image: ImageReference): Promise<PulledImage>
  createSandbox(spec: SandboxSpec): Promise<Sandbox>
  close(): Promise<void>
}

/** An image as a task definition names it, and where its content comes from. */
export interface ImageReference {
  /** `repository[:tag][@digest]`, as written in the task definition. */
  readonly uri: string
  readonly platform: 'linux/amd64' | 'linux/arm64'
}

export interface PulledImage {
  readonly uri: string
  /** `sha256:…` of the manifest. */
  readonly digest: string
  readonly config: ImageConfig
}

/** The part of an OCI image configuration that decides how a container starts. */
export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly user: string
  readonly stopSignal: string
}

/** One task's isolation: its network namespace, address and resource limits. */
export interface SandboxSpec {
  readonly taskId: string
  readonly vpcId: string
  readonly privateIp: string
  /** Prefix length of the subnet, for the interface: 24 for a /24. */
  readonly prefixLength: number
  readonly hostname: string
  readonly cpuUnits: number
  readonly memoryMiB: number
  /** Answers HTTP at 169.254.170.2 inside the sandbox (metadata and credentials). */
  readonly metadata: (request: MetadataRequest) => Promise<MetadataResponse>
}

export interface MetadataRequest {
  readonly method: string
  readonly path: string
  readonly body: string
}

export interface MetadataResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface Sandbox {
  readonly taskId: string
  start(container: ContainerSpec): Promise<RunningContainer>
  /**
   * Opens a TCP connection to the task's own address, as a peer at `fromIp` would. Rejects with
   * `ConnectionRefused` when nothing listens there (a program on 127.0.0.1 does not).
   */
  connect(port: number, fromIp: string): Promise<Duplex>
  stats(): Promise<SandboxStats>
  /** Kills what is left and gives everything back. Idempotent. */
  destroy(): Promise<void>
}

export interface ContainerSpec {
  readonly name: string
  readonly image: PulledImage
  /** Final argument vector: entry point and command, overrides applied. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly user: string
  readonly readonlyRootFilesystem: boolean
  readonly memoryMiB: number | undefined
  readonly cpuUnits: number | undefined
  /** Extra names in `/etc/hosts`: name → address. */
  readonly hosts: Readonly<Record<string, string>>
  readonly mounts: readonly Mount[]
  /** Called for each line (without its end) that the container prints. */
  readonly onOutput: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface Mount {
  /** A directory of this machine, or a volume that the task's containers share by name. */
  readonly source: { readonly directory: string } | { readonly volume: string }
  readonly path: string
  readonly readonly: boolean
}

export interface RunningContainer {
  readonly name: string
  /** The runtime's own id, as ECS reports it in `runtimeId`. */
  readonly runtimeId: string
  readonly exited: Promise<ContainerExit>
  /** Sends a signal to the main process; nothing happens when it has exited. */
  kill(signal: string): void
  /** Runs a program beside the main process (health checks, ECS Exec). */
  exec(spec: ExecSpec): Promise<ExecSession>
}

export interface ContainerExit {
  /** 128 + signal number for a program that a signal ended. */
  readonly exitCode: number
  readonly outOfMemory: boolean
}

export interface ExecSpec {
  readonly argv: readonly string[]
  /** A terminal of that size; undefined: plain pipes. */
  readonly terminal: { columns: number; rows: number } | undefined
}

export interface ExecSession {
  readonly stdin: Writable
  /** With a terminal, everything comes out here. */
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<{ exitCode: number }>
  resize(columns: number, rows: number): void
  kill(): void
}

export interface SandboxStats {
  readonly containers: readonly ContainerStats[]
}

export interface ContainerStats {
  readonly name: string
  /** CPU time since the container's start, in milliseconds. */
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly rxBytes: number
  readonly txBytes: number
}

/** A failure to pull, create or start, with the reason that ECS reports for it. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  /** ECS's name for the failure, for example `CannotPullContainerError`. */
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}
