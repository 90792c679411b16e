import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Removes a directory and everything in it. Overlays leave work directories that not even their
 * owner may read, unless he is root; those are opened first.
 */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    openUp(directory)
    rmSync(directory, { recursive: true, force: true })
  }
}

function openUp(directory: string): void {
  chmodSync(directory, 0o700)
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (lstatSync(path).isDirectory()) openUp(path)
  }
}
