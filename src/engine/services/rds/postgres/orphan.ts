import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../clock/clock.ts'

const POLL_MS = 20
const GIVE_UP_MS = 15_000

/**
 * Waits for the server that an earlier engine left on this data directory (it is ending by itself),
 * tells it to end where the kernel did not, and removes the lock file of one that was killed.
 */
export async function endOrphan(dataDirectory: string, clock: Clock): Promise<void> {
  const lock = join(dataDirectory, 'postmaster.pid')
  const pid = await lockedBy(lock)
  if (pid === undefined) return
  if (await serves(pid, dataDirectory)) {
    signal(pid, 'SIGINT')
    const deadline = clock.now() + clock.real(GIVE_UP_MS)
    while (await serves(pid, dataDirectory)) {
      if (clock.now() > deadline) signal(pid, 'SIGQUIT')
      await clock.sleep(clock.real(POLL_MS))
    }
  }
  await rm(lock, { force: true })
}

async function lockedBy(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

/** Whether that process is a PostgreSQL on that directory, and not one that got its number. */
async function serves(pid: number, dataDirectory: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (command !== undefined) return command.split('\0').includes(dataDirectory)
  return process.platform !== 'linux' && signal(pid, 0)
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
