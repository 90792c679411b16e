import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterHome } from './cluster-home.ts'

/** Removes the files of databases and snapshots that nobody knows any more. */
export async function sweep(home: ClusterHome, known: ReadonlySet<string>): Promise<void> {
  const clusters = await named(home.directory, /^db-/)
  const snapshots = await named(join(home.directory, 'snapshots'), /^snap-/)
  for (const path of [...clusters, ...snapshots]) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!known.has(name)) await rm(path, { recursive: true, force: true })
  }
}

async function named(directory: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter((name) => pattern.test(name)).map((name) => join(directory, name))
}
