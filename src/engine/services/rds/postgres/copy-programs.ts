import { randomBytes } from 'node:crypto'
import { copyFile, link, lstat, mkdir, readdir, readlink } from 'node:fs/promises'
import { rename, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies PostgreSQL's programs once; whoever finds the copy finds it whole. */
export async function copyPrograms(from: string, to: string): Promise<void> {
  const known = await stat(join(to, 'bin', 'postgres')).catch(() => undefined)
  if (known !== undefined) return
  const unfinished = `${to}.${randomBytes(6).toString('hex')}`
  await copyTree(from, unfinished)
  // Another engine may have been faster; its copy is as good.
  await rename(unfinished, to).catch(() => rm(unfinished, { recursive: true, force: true }))
}

/** By hard links where that is possible: the programs are some 60 MB. */
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
