import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const home = join(tmpdir(), `longshore-tests-${userInfo().uid}`)
let own: string | undefined

/**
 * A directory for one test. Test processes are ended without notice, so each removes what those
 * before it left.
 */
export function temporaryDirectory(): string {
  if (own === undefined) {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    for (const pid of readdirSync(home)) {
      if (!isAlive(Number(pid))) rmSync(join(home, pid), { recursive: true, force: true })
    }
    own = join(home, String(process.pid))
    mkdirSync(own, { recursive: true })
  }
  return mkdtempSync(join(own, 'test-'))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
