import { createHash } from 'node:crypto'
import { duplexPair, type Duplex } from 'node:stream'
import type { Clock } from '../../clock/clock.ts'
import { ConnectionRefused } from '../../network/network.ts'
import {
  type ContainerSpec,
  type ImageReference,
  type PulledImage,
  type Runtime,
  RuntimeError,
  type Sandbox,
  type SandboxSpec,
} from '../runtime.ts'
import type { Program } from './program.ts'
import { SimulatedContainer } from './simulated-container.ts'

export interface SimulatedRuntimeOptions {
  readonly clock: Clock
  /**
   * The program behind an image, asked at every pull and start: by the image's name, and at a start
   * by the task too. An image that has none cannot be found in its registry.
   */
  readonly program: (uri: string, taskId?: string) => Program | undefined
}

/**
 * A runtime whose tasks exist as a model only: for rules that are tested in virtual time, and for
 * thousands of tasks.
 */
export class SimulatedRuntime implements Runtime {
  readonly name = 'simulated'
  readonly #options: SimulatedRuntimeOptions
  readonly #sandboxes = new Map<string, SimulatedSandbox>()

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options
  }

  /** The tasks that it runs now. */
  get taskIds(): readonly string[] {
    return [...this.#sandboxes.keys()]
  }

  sweep(): Promise<void> {
    return Promise.resolve()
  }

  async pull({ uri }: ImageReference): Promise<PulledImage> {
    const program = this.#options.program(withoutDigest(uri))
    if (program === undefined) throw notFound(uri)
    await this.#options.clock.sleep(program.pullMs ?? 0)
    if (program.pullFailure !== undefined) {
      throw new RuntimeError('CannotPullContainerError', program.pullFailure)
    }
    const digest = uri.split('@')[1] ?? `sha256:${createHash('sha256').update(uri).digest('hex')}`
    const config = {
      entrypoint: [],
      command: ['run'],
      environment: {},
      workingDirectory: '/',
      user: '',
      stopSignal: 'SIGTERM',
    }
    return { uri, digest, config }
  }

  createSandbox(spec: SandboxSpec): Promise<Sandbox> {
    const sandbox = new SimulatedSandbox(spec, this.#options, () =>
      this.#sandboxes.delete(spec.taskId),
    )
    this.#sandboxes.set(spec.taskId, sandbox)
    return Promise.resolve(sandbox)
  }

  /** What happens to a container from outside: a crash is `SIGKILL`. */
  kill(taskId: string, signal = 'SIGKILL'): void {
    this.#sandboxes.get(taskId)?.kill(signal)
  }

  /** The containers of a task as they were started. */
  started(taskId: string): readonly ContainerSpec[] {
    return this.#sandboxes.get(taskId)?.specs ?? []
  }

  async close(): Promise<void> {
    for (const sandbox of this.#sandboxes.values()) await sandbox.destroy()
  }
}

class SimulatedSandbox implements Sandbox {
  readonly taskId: string
  readonly specs: ContainerSpec[] = []
  readonly #options: SimulatedRuntimeOptions
  readonly #onDestroy: () => void
  readonly #containers: { container: SimulatedContainer; program: Program }[] = []

  constructor({ taskId }: SandboxSpec, options: SimulatedRuntimeOptions, onDestroy: () => void) {
    this.taskId = taskId
    this.#options = options
    this.#onDestroy = onDestroy
  }

  async start(spec: ContainerSpec): Promise<SimulatedContainer> {
    const { clock, program: programOf } = this.#options
    const program = programOf(withoutDigest(spec.image.uri), this.taskId)
    if (program === undefined) throw notFound(spec.image.uri)
    await clock.sleep(program.startMs ?? 0)
    if (program.startFailure !== undefined) {
      throw new RuntimeError('CannotStartContainerError', program.startFailure)
    }
    const runtimeId = `${this.taskId}-${this.#containers.length}`
    const container = new SimulatedContainer(spec, program, { clock, runtimeId })
    this.specs.push(spec)
    this.#containers.push({ container, program })
    return container
  }

  connect(port: number): Promise<Duplex> {
    const found = this.#containers.find(
      ({ container, program }) => container.listens && program.ports?.includes(port) === true,
    )
    if (found === undefined) {
      return Promise.reject(new ConnectionRefused(`nothing listens on port ${port}`))
    }
    const [theirs, ours] = duplexPair()
    const { serve = answerEverything } = found.program
    serve(ours)
    return Promise.resolve(theirs)
  }

  stats() {
    return Promise.resolve({ containers: this.#containers.map((each) => each.container.stats()) })
  }

  kill(signal: string): void {
    for (const { container } of this.#containers) container.kill(signal)
  }

  destroy(): Promise<void> {
    this.kill('SIGKILL')
    this.#onDestroy()
    return Promise.resolve()
  }
}

function withoutDigest(uri: string): string {
  return uri.split('@')[0] ?? uri
}

function notFound(uri: string): RuntimeError {
  return new RuntimeError(
    'CannotPullContainerError',
    `pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: ${uri}: not found`,
  )
}

function answerEverything(connection: Duplex): void {
  connection.on('data', () => connection.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  connection.on('error', () => {})
}
