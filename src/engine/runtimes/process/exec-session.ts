import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { ExecSession, ExecSpec } from '../runtime.ts'
import type { ProgramExit } from './agent/messages.ts'
import { environmentFile, launchTail, PREPARING, quote } from './launch-command.ts'
import { readPipe, writePipe } from './pipes.ts'
import type { SandboxHome } from './sandbox-home.ts'
import { reason } from './start-failure.ts'
import type { NumericUser } from './user-lookup.ts'

export interface ExecPlace {
  /** The container's first process, as the agent sees it. */
  readonly pid: number
  readonly environment: Readonly<Record<string, string>>
  readonly user: NumericUser | undefined
  readonly workingDirectory: string
  readonly cgroup: string | undefined
}

/**
 * Runs a program beside a container's own. It joins the container's namespaces but the mount
 * namespace, whose root it takes as its root: the launcher's programs are not in there.
 *
 * Terminals are made by `script` of util-linux, the one program on every Linux that opens a
 * pseudo-terminal and relays it to pipes; Node itself cannot without a native addon. The terminal
 * belongs to the task's own devpts, so its name is valid inside the container.
 */
export async function startExec(
  home: SandboxHome,
  spec: ExecSpec,
  place: ExecPlace,
): Promise<ExecSession> {
  const { router } = home
  const { key, directory } = home.newDirectory('exec')
  const environment = {
    ...(spec.terminal === undefined ? {} : { TERM: 'xterm-256color' }),
    ...place.environment,
  }
  await writeFile(join(directory, 'environment'), environmentFile(environment), { mode: 0o600 })
  const tail = launchTail({
    tools: home.tools,
    spec: { argv: spec.argv, environment, workingDirectory: place.workingDirectory },
    user: place.user,
  })
  const inside = [
    home.tools.paths.sh,
    join(import.meta.dirname, 'scripts/exec.sh'),
    join(directory, 'environment'),
    `/proc/${place.pid}/root`,
    place.cgroup ?? '',
    ...tail,
  ]
  const argv = [
    ...joinNamespaces(home, place.pid),
    ...(spec.terminal === undefined
      ? inside
      : await onTerminal(home, directory, inside, spec.terminal)),
  ]
  const exit = new Promise<ProgramExit>((resolve) => router.onExit(key, resolve))
  try {
    await router.ask<'start'>({
      op: 'start',
      key,
      argv,
      directory,
      preparing: PREPARING,
      stdin: true,
      group: `${home.spec.taskId} exec`,
    })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    return failedSession(reason(spec.argv[0] ?? '', String(error)))
  }
  const stdin = writePipe(directory)
  const stdout = readPipe(directory, 'stdout')
  const stderr = readPipe(directory, 'stderr')
  await router.ask<'opened'>({ op: 'opened', key })
  const exited = exit.then(async ({ exitCode }) => {
    stdin.destroy()
    await rm(directory, { recursive: true, force: true })
    return { exitCode }
  })
  return {
    stdin,
    stdout,
    stderr,
    exited,
    resize: (columns, rows) => void resize(home, directory, columns, rows),
    kill: () => {
      void router.ask<'signal'>({ op: 'signal', key, signal: 'SIGKILL' }).catch(() => {
        // With the namespaces the program is gone too.
      })
    },
  }
}

function joinNamespaces({ tools }: SandboxHome, pid: number): string[] {
  return [tools.paths.nsenter, `--target=${pid}`, '--net', '--uts', '--ipc', '--pid']
}

/** Wraps a command in a terminal of a size, and leaves the terminal's name in a file. */
async function onTerminal(
  { directory: sandbox, tools }: SandboxHome,
  directory: string,
  inside: readonly string[],
  size: { columns: number; rows: number },
): Promise<string[]> {
  const session = [
    `tty > ${quote(join(directory, 'tty'))}`,
    `${tools.paths.stty} cols ${size.columns} rows ${size.rows}`,
    `exec ${inside.map(quote).join(' ')}`,
  ]
  await writeFile(join(directory, 'session.sh'), `${session.join('\n')}\n`, { mode: 0o600 })
  const script = join(import.meta.dirname, 'scripts/terminal.sh')
  const { script: relay, sh, unshare } = tools.paths
  return [unshare, '--mount', sh, script, join(sandbox, 'pts'), directory, relay]
}

async function resize(
  { directory: sandbox, router, tools }: SandboxHome,
  directory: string,
  columns: number,
  rows: number,
): Promise<void> {
  const name = await readFile(join(directory, 'tty'), 'utf8').catch(() => '')
  const terminal = join(sandbox, 'pts', name.trim().replace('/dev/pts/', ''))
  const size = ['cols', String(columns), 'rows', String(rows)]
  await router.run([tools.paths.stty, '-F', terminal, ...size]).catch(() => {
    // The session has just ended.
  })
}

/** What Docker answers when the program is not there: a session that ends at once. */
function failedSession(text: string): ExecSession {
  const message = `OCI runtime exec failed: exec failed: unable to start container process: ${text}`
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout: Readable.from([]),
    stderr: Readable.from([Buffer.from(`${message}: unknown\n`)]),
    exited: Promise.resolve({ exitCode: text.includes('permission denied') ? 126 : 127 }),
    resize: () => {},
    kill: () => {},
  }
}
