import { createHash, type Hash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Every path below a folder (relative, sorted), folders included. */
export function listTree(root: string, ignored: (path: string) => boolean = () => false): string[] {
  const found: string[] = []
  const visit = (relative: string): void => {
    for (const name of readdirSync(join(root, relative)).sort()) {
      const path = relative === '' ? name : `${relative}/${name}`
      const directory = lstatSync(join(root, path)).isDirectory()
      // A pattern such as `!keep/this` may take back what is inside.
      if (!ignored(path)) found.push(path)
      if (directory) visit(path)
    }
  }
  visit('')
  return found
}

/** Adds a file or folder to a hash: names, modes and contents, whatever their times. */
export function hashPath(
  hash: Hash,
  path: string,
  ignored: (relative: string) => boolean = () => false,
): void {
  const one = (file: string, name: string): void => {
    const stat = lstatSync(file)
    hash.update(`${name}\0${stat.mode & 0o7777}\0`)
    if (stat.isSymbolicLink()) hash.update(readlinkSync(file))
    else if (stat.isFile()) hash.update(readFileSync(file))
    hash.update('\0')
  }
  one(path, '')
  if (!lstatSync(path).isDirectory()) return
  for (const name of listTree(path, ignored)) one(join(path, name), name)
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Copies what is at `source` to `target`; a folder's contents go into a folder. */
export function copyInto(
  source: string,
  target: string,
  { asFolder, ignored }: { asFolder: boolean; ignored: (relative: string) => boolean },
): void {
  if (!lstatSync(source).isDirectory()) {
    const file = asFolder ? join(target, basename(source)) : target
    mkdirSync(dirname(file), { recursive: true })
    copyOne(source, file)
    return
  }
  mkdirSync(target, { recursive: true })
  for (const name of listTree(source, ignored)) {
    const file = join(target, name)
    mkdirSync(dirname(file), { recursive: true })
    copyOne(join(source, name), file)
  }
}

function copyOne(source: string, target: string): void {
  const stat = lstatSync(source)
  if (stat.isDirectory()) {
    mkdirSync(target, { recursive: true })
    chmodSync(target, stat.mode & 0o7777)
  } else if (stat.isSymbolicLink()) {
    if (!existsSync(target)) symlinkSync(readlinkSync(source), target)
  } else {
    copyFileSync(source, target)
    chmodSync(target, stat.mode & 0o7777)
  }
}

/** A whole copy of a tree, links as links. */
export function copyTree(source: string, target: string): void {
  cpSync(source, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}
