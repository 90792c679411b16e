import { readFileSync } from 'node:fs'
import { LongshoreError } from '../../../../base/errors.ts'

/** As whom PostgreSQL runs. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

const CANDIDATES = ['postgres', 'nobody']

/** PostgreSQL refuses to run as root: then it gets an ordinary user of the machine. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  const found = CANDIDATES.map((name) => users.get(name)).find((user) => user !== undefined)
  if (found !== undefined && found.uid > 0) return found
  throw new LongshoreError('postgres-user', 'PostgreSQL does not run as root', {
    next: 'Run the engine as an ordinary user, or create a user "postgres".',
  })
}
