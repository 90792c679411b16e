import { type Duplex, PassThrough, type Readable, Writable } from 'node:stream'
import type { ExecSession, ExecSpec } from '../runtime.ts'
import type { ContainerHome } from './docker-container.ts'
import { type ExecOutput, pipedOutput, terminalOutput } from './exec-output.ts'

interface InspectedExec {
  readonly Running: boolean
  readonly ExitCode: number | null
  readonly Pid: number
}

const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
const KILLED = 137
/** Of Docker 23, the first that gives a terminal its size from the start. */
const KNOWS_SIZE = '1.42'
/** Waits to be continued, and becomes the program. */
const WAITING = ['sh', '-c', 'kill -STOP $$; exec "$@"', 'sh']

/** Runs a program beside a container's own, on pipes or a terminal. */
export async function startExec(
  containerId: string,
  spec: ExecSpec,
  home: ContainerHome,
): Promise<ExecSession> {
  const { docker } = home
  const { terminal } = spec
  const waits = terminal !== undefined && docker.isBefore(KNOWS_SIZE)
  const { Id: id } = await docker.post<{ Id: string }>(`/containers/${containerId}/exec`, {
    body: {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal !== undefined,
      Cmd: [...(waits ? WAITING : []), ...spec.argv],
      ...(terminal === undefined ? {} : { Env: ['TERM=xterm-256color'] }),
    },
  })
  const exec = new Exec(id, home)
  let socket: Duplex
  try {
    socket = await docker.hijack(`/exec/${id}/start`, {
      body: {
        Detach: false,
        Tty: terminal !== undefined,
        ...(terminal === undefined ? {} : { ConsoleSize: [terminal.rows, terminal.columns] }),
      },
    })
  } catch (error) {
    return failedSession(String(error))
  }
  const output = terminal === undefined ? pipedOutput(socket) : terminalOutput(socket)
  if (waits) void exec.continueWith(terminal)
  return {
    stdin: socket,
    stdout: output.stdout,
    stderr: output.stderr,
    exited: exec.exited(socket, output),
    resize: (columns, rows) => void exec.resize(columns, rows),
    kill: () => void exec.signal('KILL'),
  }
}

/** One exec of Docker's. What fails here fails because the program has ended. */
class Exec {
  readonly #id: string
  readonly #home: ContainerHome

  constructor(id: string, home: ContainerHome) {
    this.#id = id
    this.#home = home
  }

  async exited(socket: Duplex, output: ExecOutput): Promise<{ exitCode: number }> {
    await new Promise<void>((resolve) => {
      socket.once('end', resolve)
      socket.once('close', resolve)
    })
    socket.destroy()
    const failure = output.failure()
    if (failure !== undefined) return { exitCode: codeOf(failure) }
    for (;;) {
      const exec = await this.#inspect().catch(() => undefined)
      // The streams end a moment before the program.
      if (exec?.Running !== true) return { exitCode: exec?.ExitCode ?? KILLED }
    }
  }

  /** Docker itself cannot signal an exec. */
  async signal(signal: string): Promise<void> {
    const pid = await this.#pid().catch(() => undefined)
    if (pid !== undefined) await this.#home.signal(pid, signal).catch(() => {})
  }

  async resize(columns: number, rows: number): Promise<void> {
    const query = { w: String(columns), h: String(rows) }
    await this.#home.docker.post(`/exec/${this.#id}/resize`, { query }).catch(() => {})
  }

  /** Gives a program that waits its terminal's size, and lets it go on. */
  async continueWith({ columns, rows }: { columns: number; rows: number }): Promise<void> {
    const pid = await this.#pid().catch(() => undefined)
    if (pid === undefined) return
    while (!(await this.#home.isStopped(pid).catch(() => true)));
    await this.resize(columns, rows)
    await this.#home.signal(pid, 'CONT').catch(() => {})
  }

  /** The program may still be on its way when it is asked for. */
  async #pid(): Promise<number | undefined> {
    for (;;) {
      const { ExitCode, Pid, Running } = await this.#inspect()
      if (Running && Pid > 0) return Pid
      if (ExitCode !== null) return undefined
    }
  }

  #inspect(): Promise<InspectedExec> {
    return this.#home.docker.get<InspectedExec>(`/exec/${this.#id}/json`)
  }
}

function codeOf(failure: string): number {
  return /permission denied/.test(failure) ? NOT_EXECUTABLE : NOT_FOUND
}

function failedSession(text: string): ExecSession {
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout: textStream(''),
    stderr: textStream(`${text.replace(/^\w+: /, '')}\n`),
    exited: Promise.resolve({ exitCode: codeOf(text) }),
    resize: () => {},
    kill: () => {},
  }
}

function textStream(text: string): Readable {
  const stream = new PassThrough()
  stream.end(text)
  return stream
}
