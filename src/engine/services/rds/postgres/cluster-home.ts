import { createHash, randomBytes } from 'node:crypto'
import { copyFile, link, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, parse } from 'node:path'
import type { Installation } from './installation.ts'
import type { ServerUser } from './server-user.ts'

/** Where clusters and what they share lie on disk. */
export interface ClusterHome {
  readonly directory: string
  readonly installation: Installation
  readonly user: ServerUser | undefined
  /** The password of `rdsadmin`, the engine's own superuser; users never learn it. */
  readonly adminPassword: string
}

const SHARED_HOME = '/var/lib/longshore'

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
    return { directory, installation, user, adminPassword: await adminPassword(directory) }
  }
  const shared = await sharedHome()
  const directory = join(shared, createHash('sha256').update(dataDir).digest('hex').slice(0, 8))
  await mkdir(directory, { recursive: true, mode: 0o711 })
  return {
    directory,
    installation: await reachable(installation, shared),
    user,
    adminPassword: await adminPassword(directory),
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

async function adminPassword(directory: string): Promise<string> {
  const file = join(directory, 'admin-password')
  try {
    await writeFile(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFile(file, 'utf8')
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
  try {
    await stat(join(root, 'bin', 'postgres'))
  } catch {
    const making = await mkdirUnique(shared)
    await copyTree(installation.root, making)
    // Another engine may have been faster; its copy is as good.
    await rename(making, root).catch(() => rm(making, { recursive: true, force: true }))
  }
  return { ...installation, root, bin: join(root, 'bin') }
}

async function mkdirUnique(shared: string): Promise<string> {
  const directory = join(shared, `copy-${randomBytes(6).toString('hex')}`)
  await mkdir(directory, { mode: 0o755 })
  return directory
}

/** Copies by hard link where that is possible: the programs are some 60 MB. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 })
  for (const name of await readdir(from)) {
    const [source, target] = [join(from, name), join(to, name)]
    const kind = await lstat(source)
    if (kind.isDirectory()) await copyTree(source, target)
    else if (kind.isSymbolicLink()) await symlink(await readlink(source), target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}
