import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'
import { adminPassword } from './admin-password.ts'
import { copyPrograms } from './copy-programs.ts'
import type { Installation } from './installation.ts'
import type { ServerUser } from './server-user.ts'

/** Where clusters and what they share lie on disk. */
export interface ClusterHome {
  /** The engine's own clusters. */
  readonly directory: string
  /** What engines share: the template of clusters, the programs. */
  readonly shared: string
  readonly installation: Installation
  readonly user: ServerUser | undefined
  /** The password of `rdsadmin`, the engine's own superuser; users never learn it. */
  readonly adminPassword: string
}

const SHARED_HOME = '/var/lib/longshore'
/** Names the engine's data directory to which a home belongs. */
const OWNER_FILE = 'owner'

/**
 * Prepares the place for clusters: in the engine's data directory, or, when PostgreSQL runs as
 * another user who may not go there, in a directory of the machine that is named after it.
 */
export async function openClusterHome(
  dataDir: string,
  installation: Installation,
  user: ServerUser | undefined,
): Promise<ClusterHome> {
  if (user === undefined) {
    const directory = join(dataDir, 'rds')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const password = await adminPassword(directory)
    return { directory, shared: directory, installation, user, adminPassword: password }
  }
  const shared = await sharedHome()
  const directory = join(shared, createHash('sha256').update(dataDir).digest('hex').slice(0, 8))
  await mkdir(directory, { recursive: true, mode: 0o711 })
  await writeFile(join(directory, OWNER_FILE), dataDir)
  await removeAbandoned(shared)
  return {
    directory,
    shared,
    installation: await reachable(installation, shared),
    user,
    adminPassword: await adminPassword(shared),
  }
}

async function sharedHome(): Promise<string> {
  for (const candidate of [SHARED_HOME, join(tmpdir(), 'longshore-clusters')]) {
    try {
      await mkdir(candidate, { recursive: true, mode: 0o711 })
      const { uid, mode } = await stat(candidate)
      // A directory that someone else made, or may write to, is no place for data.
      if (uid === 0 && (mode & 0o022) === 0 && (await isOpenTo(candidate))) return candidate
    } catch {
      continue
    }
  }
  throw new Error(`neither ${SHARED_HOME} nor ${tmpdir()} can hold databases`)
}

/** Removes the homes of engines whose data directory is gone. */
async function removeAbandoned(shared: string): Promise<void> {
  for (const name of await readdir(shared)) {
    const home = join(shared, name)
    const owner = await readFile(join(home, OWNER_FILE), 'utf8').catch(() => undefined)
    if (owner === undefined) continue
    const gone = await stat(owner).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    )
    if (gone) await rm(home, { recursive: true, force: true })
  }
}

/** Whether everyone may go into the directory: it and all above it. */
async function isOpenTo(directory: string): Promise<boolean> {
  for (let place = directory; ; place = dirname(place)) {
    if (((await stat(place)).mode & 0o001) === 0) return false
    if (place === parse(place).root) return true
  }
}

/** The programs where another user can start them: as they are, or a copy beside the clusters. */
async function reachable(installation: Installation, shared: string): Promise<Installation> {
  if (!installation.bundled || (await isOpenTo(installation.bin))) return installation
  const root = join(shared, `postgresql-${installation.version}`)
  await copyPrograms(installation.root, root)
  return { ...installation, root, bin: join(root, 'bin') }
}
