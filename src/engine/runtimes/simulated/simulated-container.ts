import { PassThrough } from 'node:stream'
import type { Clock, Timer } from '../../clock/clock.ts'
import type {
  ContainerExit,
  ContainerSpec,
  ContainerStats,
  ExecSession,
  ExecSpec,
  RunningContainer,
} from '../runtime.ts'
import { type ExecOutcome, type Program, SIGNAL_EXITS } from './program.ts'

const DEFAULT_MEMORY_BYTES = 64 * 1024 * 1024

/** A container that only its clock moves. */
export class SimulatedContainer implements RunningContainer {
  readonly name: string
  readonly runtimeId: string
  readonly exited: Promise<ContainerExit>
  readonly #program: Program
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #exit = Promise.withResolvers<ContainerExit>()
  readonly #timers: Timer[] = []
  #running = true

  constructor(spec: ContainerSpec, program: Program, world: { clock: Clock; runtimeId: string }) {
    this.name = spec.name
    this.runtimeId = world.runtimeId
    this.exited = this.#exit.promise
    this.#program = program
    this.#clock = world.clock
    this.#startedAt = world.clock.now()
    for (const line of program.prints ?? []) spec.onOutput(line, 'stdout')
    const { exit, outOfMemoryAfterMs } = program
    if (exit !== undefined) this.#endAfter(exit.afterMs, exit.exitCode)
    if (outOfMemoryAfterMs !== undefined) this.#endAfter(outOfMemoryAfterMs, 137, true)
  }

  get listens(): boolean {
    return this.#running && this.#age() >= (this.#program.readyMs ?? 0)
  }

  kill(signal: string): void {
    if (!this.#running) return
    const { onTerm } = this.#program
    if (signal === 'SIGKILL') this.#end({ exitCode: 137, outOfMemory: false })
    else if (onTerm === 'ignore') return
    else if (onTerm !== undefined) this.#endAfter(onTerm.afterMs, onTerm.exitCode)
    else this.#end({ exitCode: SIGNAL_EXITS[signal] ?? 143, outOfMemory: false })
  }

  exec({ argv }: ExecSpec): Promise<ExecSession> {
    if (!this.#running) return Promise.reject(new Error('the container does not run'))
    const answer = this.#program.exec?.(argv, this.#age()) ?? 0
    const outcome: ExecOutcome = typeof answer === 'number' ? { exitCode: answer } : answer
    return Promise.resolve({
      stdin: new PassThrough().resume(),
      stdout: new PassThrough().end(outcome.stdout ?? ''),
      stderr: new PassThrough().end(outcome.stderr ?? ''),
      exited: Promise.resolve({ exitCode: outcome.exitCode }),
      resize: () => {},
      kill: () => {},
    })
  }

  stats(): ContainerStats {
    const cpuMs = this.#age() * (this.#program.cpuShare ?? 0)
    const memoryBytes = this.#program.memoryBytes ?? DEFAULT_MEMORY_BYTES
    return { name: this.name, cpuMs, memoryBytes, rxBytes: 0, txBytes: 0 }
  }

  #age(): number {
    return this.#clock.now() - this.#startedAt
  }

  #endAfter(delayMs: number, exitCode: number, outOfMemory = false): void {
    this.#timers.push(this.#clock.after(delayMs, () => this.#end({ exitCode, outOfMemory })))
  }

  #end(exit: ContainerExit): void {
    if (!this.#running) return
    this.#running = false
    for (const timer of this.#timers) timer.cancel()
    this.#exit.resolve(exit)
  }
}
