import process from 'node:process'
import { main as run } from './main.ts'

/** The process's edge: everything ambient is handed in here. */
export async function main(): Promise<void> {
  const interrupt = new AbortController()
  let signals = 0
  const onSignal = (): void => {
    signals++
    interrupt.abort()
    // A second Ctrl-C means it: leave at once.
    if (signals > 1) process.exit(130)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // A reader that goes away (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  process.exitCode = await run(process.argv.slice(2), {
    streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    env: process.env,
    cwd: process.cwd(),
    interrupted: interrupt.signal,
  })
  // Idle keep-alive sockets of the SDK's clients must not hold the process.
  process.exit()
}
