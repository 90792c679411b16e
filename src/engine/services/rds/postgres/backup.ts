import { chown, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import type { ClusterHome } from './cluster-home.ts'
import { runProgram } from './run-program.ts'
import { makeOwnDirectory } from './template.ts'

/** What belongs to a running server only, or is copied when all else is. */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal'])

/**
 * Copies a cluster's files into a new directory so that a server can start on them, also while it
 * is in use (PostgreSQL: "Making a Base Backup Using the Low Level API").
 */
export async function backUp(home: ClusterHome, cluster: Cluster, target: string): Promise<void> {
  await makeOwnDirectory(home, target)
  const copy = async (names: readonly string[]): Promise<void> => {
    const sources = names.map((name) => join(cluster.data, name))
    await runProgram({ file: '/bin/cp', args: ['-R', ...sources, target], user: home.user })
  }
  const others = async (): Promise<string[]> =>
    (await readdir(cluster.data)).filter((name) => !LEFT_OUT.has(name))
  if (!cluster.running) {
    await copy([...(await others()), 'pg_wal'])
    return
  }
  await cluster.administer(async ({ query }) => {
    // An older PostgreSQL has these functions under other names; such a server cannot be copied.
    await query("SELECT pg_backup_start('snapshot', true)")
    await copy(await others())
    const [row] = await query('SELECT labelfile FROM pg_backup_stop(false)')
    const label = join(target, 'backup_label')
    await writeFile(label, row?.[0] ?? '', { mode: 0o600 })
    if (home.user !== undefined) await chown(label, home.user.uid, home.user.gid)
  })
  await copy(['pg_wal'])
}
