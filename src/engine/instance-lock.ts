import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LongshoreError } from '../base/errors.ts'

/** Makes this process the one engine of a data directory; resolves to what gives it back. */
export function lockDataDir(dataDir: string, pid: number): () => void {
  const file = join(dataDir, 'engine.lock')
  try {
    writeFileSync(file, String(pid), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder !== pid && isEngine(holder)) {
      throw new LongshoreError('engine-running', `an engine is already running (pid ${holder})`, {
        place: dataDir,
        next: 'Use it, or stop it first: longshore engine stop.',
      })
    }
    // What a killed engine left.
    writeFileSync(file, String(pid), { mode: 0o600 })
  }
  return () => rmSync(file, { force: true })
}

/** Whether that process lives and is an engine: a process id may have found another owner. */
function isEngine(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/main')
  } catch {
    // Without /proc, a living process is taken at its word.
    return process.platform !== 'linux'
  }
}
