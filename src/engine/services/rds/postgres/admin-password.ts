import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The password of the engine's own superuser, in a file that only its owner may read. */
export async function adminPassword(directory: string): Promise<string> {
  const file = join(directory, 'admin-password')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined) return known
  // Linked in whole: another engine that starts now reads all of it or makes none of its own.
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(unfinished, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' })
  await link(unfinished, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(unfinished)
  return readFile(file, 'utf8')
}
