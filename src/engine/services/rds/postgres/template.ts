import { randomBytes } from 'node:crypto'
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterHome } from './cluster-home.ts'
import { runProgram } from './run-program.ts'
import { scramVerifier } from './scram.ts'
import { quoteText } from './sql-client.ts'

/** The roles that RDS makes in every PostgreSQL (AWS: "Understanding the rds_superuser role"). */
const ROLES = [
  'CREATE ROLE rds_superuser NOLOGIN',
  'CREATE ROLE rds_password NOLOGIN',
  'CREATE ROLE rds_replication NOLOGIN',
  'CREATE ROLE rds_iam NOLOGIN',
  'GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION',
  'GRANT rds_password, rds_replication TO rds_superuser WITH ADMIN OPTION',
]

/**
 * The engine's own superuser proves itself by a password that only the engine has; everyone else
 * as on RDS. There is no other way in: the server listens on its socket only.
 */
const ACCESS = `# TYPE DATABASE USER METHOD
local all rdsadmin password
local all all scram-sha-256
`

/** Counts on with every change to what a template holds. */
const REVISION = 1

const making = new Map<string, Promise<string>>()

/**
 * A cluster that nobody uses, from which new ones are copied: that is faster than initdb. Made at
 * first use, once for each version of PostgreSQL.
 */
export function clusterTemplate(home: ClusterHome): Promise<string> {
  const name = `template-${home.installation.version}-${REVISION}`
  const directory = join(home.shared, name)
  let made = making.get(directory)
  if (made === undefined) {
    made = ensureTemplate(home, directory).finally(() => making.delete(directory))
    making.set(directory, made)
  }
  return made
}

async function ensureTemplate(home: ClusterHome, directory: string): Promise<string> {
  if (await exists(directory)) return directory
  const unfinished = `${directory}.${randomBytes(6).toString('hex')}`
  try {
    await makeOwnDirectory(home, unfinished)
    await initialise(home, unfinished)
    await rename(unfinished, directory)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another engine may have been faster; its template is as good.
    if (!(await exists(directory))) throw error
  }
  return directory
}

async function initialise(home: ClusterHome, directory: string): Promise<void> {
  const { installation, user } = home
  const init = (locale: string): Promise<string> =>
    runProgram({
      file: join(installation.bin, 'initdb'),
      user,
      args: [
        `--pgdata=${directory}`,
        '--username=rdsadmin',
        '--auth=trust',
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--wal-segsize=1',
        '--no-sync',
      ],
    })
  // Not every machine knows C.UTF-8; without it, letters beyond ASCII have no case.
  await init('C.UTF-8').catch(() => init('C'))
  await writeFile(join(directory, 'pg_hba.conf'), ACCESS)
  const password = quoteText(scramVerifier(home.adminPassword))
  const said = await runProgram({
    file: join(installation.bin, 'postgres'),
    user,
    args: ['--single', '-D', directory, 'postgres'],
    input: [...ROLES, `ALTER ROLE rdsadmin PASSWORD ${password}`].join(';\n') + ';\n',
  })
  const error = /ERROR:.*/.exec(said)
  if (error !== null) throw new Error(`the database template failed: ${error[0]}`)
}

/** An empty directory that belongs to the user as whom PostgreSQL runs, and is for nobody else. */
export async function makeOwnDirectory(home: ClusterHome, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (home.user !== undefined) await chown(directory, home.user.uid, home.user.gid)
}

/** Copies a cluster that stands still, as PostgreSQL's user; there whole or not at all. */
export async function copyCluster(home: ClusterHome, from: string, to: string): Promise<void> {
  const unfinished = `${to}.new`
  await rm(unfinished, { recursive: true, force: true })
  await runProgram({ file: '/bin/cp', args: ['-R', from, unfinished], user: home.user })
  await rename(unfinished, to)
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
