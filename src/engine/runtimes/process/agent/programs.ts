import { constants as system } from 'node:os'
import type { ProgramExit, Usage } from './messages.ts'
import { type Piped, spawnOnPipes, type Start } from './piped-program.ts'
import { childrenOf, commandOf, cpuOf, memoryOf, processTree } from './process-tree.ts'

interface Program {
  readonly start: Start
  readonly piped: Piped
  /** The program itself, whose parent only waits for it; 0 once it has ended. */
  pid: number
  outOfMemory: boolean
}

const LOOK_AGAIN_MS = 1
/** With these `unshare` and the shell say that they could not run the program. */
const COULD_NOT_START = [125, 126, 127]
const MEMORY_CHECK_MS = 200

/** The programs that run in containers. */
export class Programs {
  readonly #programs = new Map<string, Program>()
  readonly #limits = new Map<string, number>()
  readonly #onExit: (key: string, exit: ProgramExit) => void

  constructor(onExit: (key: string, exit: ProgramExit) => void) {
    this.#onExit = onExit
    setInterval(() => this.#enforceMemory(), MEMORY_CHECK_MS).unref()
  }

  /** Starts a program; resolves with its process id once it is really that program that runs. */
  async start(start: Start): Promise<number> {
    const piped = await spawnOnPipes(start)
    const program: Program = { start, piped, pid: 0, outOfMemory: false }
    const ended = codeOf(piped)
    for (let code: number | undefined; code === undefined && !isRunning(program);) {
      code = await Promise.race([ended, pause(LOOK_AGAIN_MS)])
      if (code === undefined || !COULD_NOT_START.includes(code)) continue
      const failure = piped.failureText()
      if (failure === undefined) continue
      piped.release()
      throw Object.assign(new Error(failure), { code: 'ESTART' })
    }
    this.#programs.set(start.key, program)
    const { pid } = program
    void ended.then((code) => this.#exited(program, code))
    return pid
  }

  opened(key: string): void {
    const program = this.#programs.get(key)
    program?.piped.release()
    if (program?.pid === 0) this.#programs.delete(key)
  }

  signal(key: string, signal: string): void {
    const program = this.#programs.get(key)
    if (program === undefined || program.pid === 0) return
    // A program that is killed takes along what it started, as a container does.
    const targets = signal === 'SIGKILL' ? processTree(program.pid) : [program.pid]
    for (const pid of targets) sendSignal(pid, signal)
  }

  limit(group: string, memoryBytes: number): void {
    this.#limits.set(group, memoryBytes)
  }

  usage(group: string): Usage[] {
    return [...this.#programs.values()]
      .filter(({ start }) => start.group === group)
      .map(({ start, pid }) => {
        const tree = processTree(pid)
        return { key: start.key, cpuMs: cpuOf(tree), memoryBytes: memoryOf(tree) }
      })
  }

  #exited(program: Program, exitCode: number): void {
    // The pipes stay readable until the engine says that it has them.
    if (program.piped.released()) this.#programs.delete(program.start.key)
    program.pid = 0
    this.#onExit(program.start.key, { exitCode, outOfMemory: program.outOfMemory })
  }

  #enforceMemory(): void {
    for (const victim of this.#overLimit()) {
      victim.outOfMemory = true
      this.signal(victim.start.key, 'SIGKILL')
    }
  }

  /** Programs over their own limit, and the largest of each group that is over its limit. */
  #overLimit(): Program[] {
    const victims: Program[] = []
    const groups = new Map<string, { total: number; largest: number; program: Program }>()
    for (const program of this.#programs.values()) {
      const { group: name, memoryBytes } = program.start
      if (program.pid === 0 || (memoryBytes ?? this.#limits.get(name)) === undefined) continue
      const used = memoryOf(processTree(program.pid))
      if (used > (memoryBytes ?? Infinity)) victims.push(program)
      const group = groups.get(name) ?? { total: 0, largest: -1, program }
      group.total += used
      if (used > group.largest) Object.assign(group, { largest: used, program })
      groups.set(name, group)
    }
    for (const [group, { total, program }] of groups) {
      if (total > (this.#limits.get(group) ?? Infinity)) victims.push(program)
    }
    return victims
  }
}

function isRunning(program: Program): boolean {
  program.pid = childrenOf(program.piped.child.pid ?? 0)[0] ?? 0
  if (program.pid === 0) return false
  const command = commandOf(program.pid)
  // Between two programs, a process has no arguments for a moment.
  return command[0] !== '' && !command.includes(program.start.preparing)
}

function codeOf({ child }: Piped): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + system.signals[signal ?? 'SIGKILL']))
  })
}

function sendSignal(pid: number, signal: string): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function pause(delayMs: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, delayMs, undefined))
}
