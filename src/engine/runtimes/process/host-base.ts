import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bindMount } from './bind-mount.ts'
import { type Borrowed, borrowedPaths, type Entry } from './borrowed-paths.ts'
import type { BindMount, HostBase } from './root-layout.ts'

const PROGRAM_DIRECTORIES = ['bin', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'sbin', 'usr']

/** The parts of this machine that stand in for a base image. */
export function hostBase(): HostBase {
  const directories: string[] = []
  const links: Record<string, string> = {}
  for (const name of PROGRAM_DIRECTORIES) {
    const stat = lstatSync(`/${name}`, { throwIfNoEntry: false })
    if (stat?.isSymbolicLink() === true) links[name] = readlinkSync(`/${name}`)
    else if (stat?.isDirectory() === true) directories.push(name)
  }
  return { directories, links }
}

/** What of this machine goes into a copied root, around the image's files and the task's own. */
export function borrow(
  host: HostBase,
  layers: readonly string[],
  own: readonly string[],
): Borrowed[] {
  const imageHas = (path: string): boolean =>
    own.some((each) => each === path || each.startsWith(`${path}/`)) ||
    layers.some((layer) => existsSync(join(layer, path)))
  return host.directories.flatMap((name) =>
    borrowedPaths(`/${name}`, { entries: entriesOf, imageHas }),
  )
}

function entriesOf(path: string): Entry[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry): Entry[] => {
      const { name } = entry
      if (entry.isSymbolicLink()) {
        return [{ name, kind: 'link', target: readlinkSync(join(path, name)) }]
      }
      if (entry.isDirectory()) return [{ name, kind: 'directory' }]
      return entry.isFile() ? [{ name, kind: 'file' }] : []
    })
  } catch {
    // What an ordinary user may not read, his tasks may not either.
    return []
  }
}

/** The Node that runs the engine, at the places where the base image `node` has its own. */
export function nodePrograms(base: string): BindMount[] {
  if (!/^(?:.*\/)?node(?::|$)/.test(base)) return []
  const npm = join(dirname(process.execPath), '../lib/node_modules/npm')
  return [
    bindMount({ source: process.execPath, path: '/usr/local/bin/node', readonly: true }),
    ...(existsSync(npm)
      ? [
          bindMount({
            source: npm,
            path: '/usr/local/lib/node_modules/npm',
            readonly: true,
          }),
        ]
      : []),
  ]
}

/** A file of the image, of its highest layer that has it, else of the machine under it. */
export function imageFile(
  layers: readonly string[],
  host: HostBase | undefined,
  path: string,
): string {
  const places = layers.toReversed().map((layer) => join(layer, path))
  if (host !== undefined) places.push(path)
  for (const place of places) {
    try {
      return readFileSync(place, 'utf8')
    } catch {
      // The next one below may have it.
    }
  }
  return ''
}
