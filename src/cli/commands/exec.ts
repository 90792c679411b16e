import { openExec } from '../../ops/exec.ts'
import { runSession } from '../../ops/session-client.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import type { Streams } from '../streams.ts'
import { openSystem } from '../target.ts'

export const exec: Command = {
  name: 'exec',
  summary: 'run a command in a container of a running task; a shell when none is given',
  details: "Speaks ECS Exec's session protocol itself: no plugin is needed.",
  positionals: [
    { name: 'SERVICE', summary: 'the service', required: true },
    { name: 'COMMAND', summary: 'what to run (default: /bin/sh)', rest: true },
  ],
  options: {
    container: { type: 'string', value: 'NAME', summary: 'the container (default: the main one)' },
    task: { type: 'string', value: 'ID', summary: "a task's id (default: the youngest)" },
    ...SYSTEM_OPTIONS,
  },
  examples: [
    { command: 'longshore exec api', does: 'a shell' },
    { command: 'longshore exec api -- node -p process.env.DB_HOST', does: 'one command' },
  ],
  async run(call) {
    const system = await openSystem(call)
    const service = system.service(call.positionals[0] ?? '')
    const session = await openExec(system.connection, {
      service,
      container: call.value('container') ?? service.containers[0] ?? '',
      task: call.value('task'),
      command: call.rest.length === 0 ? ['/bin/sh'] : call.rest,
    })
    return inTerminal(call.streams, session)
  },
}

/** Hands the terminal over as it is: the program at the other end does its own echo. */
async function inTerminal(
  { stdin, stdout, stderr }: Streams,
  session: Awaited<ReturnType<typeof openExec>>,
): Promise<number> {
  const raw = stdin.isTTY === true
  if (raw) stdin.setRawMode?.(true)
  try {
    return await runSession(session, {
      input: stdin,
      output: stdout,
      error: stderr,
      size: () =>
        stdout.isTTY === true && stdout.columns !== undefined
          ? { columns: stdout.columns, rows: stdout.rows ?? 24 }
          : undefined,
      onResize: (listener) => {
        stdout.on('resize', listener)
        return () => stdout.off('resize', listener)
      },
    })
  } finally {
    if (raw) stdin.setRawMode?.(false)
  }
}
