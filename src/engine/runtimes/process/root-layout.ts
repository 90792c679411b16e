import type { Borrowed } from './borrowed-paths.ts'

/*
 * How a container's root comes about, as data: directories and files to write into the container's
 * own directory, and a table of mounts (fstab) to apply there.
 *
 * An image without base is a whole root filesystem: one overlay of its layers. An image with a base
 * borrows this machine's programs: its layers make the root, and the machine's `/usr`, `/etc` (and
 * `/bin`, `/lib` … where they are no links into `/usr`) lie, each with the image's files over it,
 * at their places. Nothing else of the machine is there to be seen: no home, no data directory.
 */

export interface RootLayout {
  readonly directories: readonly { readonly path: string; readonly mode?: number }[]
  readonly files: readonly {
    readonly path: string
    readonly text: string
    readonly mode?: number
  }[]
  readonly links: readonly { readonly path: string; readonly target: string }[]
  readonly mounts: readonly MountLine[]
  /** Directories that a memory-backed writable layer needs. */
  readonly scratch: readonly string[]
  /** Directories whose content makes the root, one over the other, where there is no overlay. */
  readonly copies: readonly string[]
}

export interface MountLine {
  /** Undefined: the path itself, bound over itself to get other options. */
  readonly source: string | undefined
  /** Within the root: `/usr`. */
  readonly path: string
  readonly type: string
  readonly options: readonly string[]
}

export interface LayoutInput {
  /** The image's layers, lowest first. */
  readonly layers: readonly string[]
  /** What of this machine stands under the image; undefined for a whole root filesystem. */
  readonly host: HostBase | undefined
  readonly writable: WritableLayer
  readonly readonly: boolean
  readonly workingDirectory: string
  /** Contents of `/etc/hosts` and the like, by path. */
  readonly files: Readonly<Record<string, string>>
  readonly binds: readonly BindMount[]
  /** A directory with the task's pseudo-terminals. */
  readonly pts: string
  /** Parts of `/proc` that speak of the whole machine, where root is root of the machine too. */
  readonly readonlyProc: readonly string[]
  /** What of the machine is put into a copied root, by `borrowedPaths`. */
  readonly borrowed: readonly Borrowed[]
  /** Whether a layer has a directory of its own at a path. */
  readonly layerHas: (layer: string, path: string) => boolean
}

/**
 * Where a container's writes go: into a layer on disk or, where the disk's file system cannot be
 * one, in memory; or, where there are no overlays at all, into a copy of the image.
 */
export type WritableLayer = 'disk' | 'memory' | 'copy'

export interface BindMount {
  readonly source: string
  readonly path: string
  readonly readonly: boolean
  readonly kind: 'directory' | 'file'
  /** Restrictions of the file system that it comes from, which a new mount has to keep. */
  readonly kept: readonly string[]
}

export interface HostBase {
  /** Top-level directories of the machine that hold programs: `usr`, `etc` … */
  readonly directories: readonly string[]
  /** Top-level links of the machine: `bin` → `usr/bin`. */
  readonly links: Readonly<Record<string, string>>
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const DEVICE_LINKS = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
}
/** What every base image has, and programs expect. */
const BASE_DIRECTORIES = [
  'home',
  'mnt',
  'opt',
  'root',
  'run',
  'srv',
  'var/cache',
  'var/lib',
  'var/log',
]
const NEEDED_DIRECTORIES = ['proc', 'sys', 'tmp', 'dev/pts', 'dev/shm']
const OPEN_TO_ALL = 0o1777

/** A layer by its name in the container's directory: short, and free of what options forbid. */
interface NamedLayer {
  readonly name: string
  readonly target: string
}

/** The layout of a container's root. All paths are relative to the container's directory. */
export function rootLayout(input: LayoutInput): RootLayout {
  const { writable } = input
  const layers = input.layers.toReversed().map((target, index) => ({ name: `l${index}`, target }))
  const overlays = ['', ...(input.host?.directories ?? [])]
  return {
    directories: [
      ...['root', 'top', 'base', 'scratch'].map((path) => ({ path })),
      ...directories(input),
      ...(writable === 'disk' ? writablePaths(overlays).map((path) => ({ path })) : []),
    ],
    files: files(input),
    links: links(input, layers),
    mounts: [
      ...(writable === 'copy'
        ? copiedMounts(input)
        : overlays.map((name) => overlay(input, name, layers))),
      ...systemMounts(input),
      ...input.binds.map(bindLine),
    ],
    copies:
      writable === 'copy' ? ['base', ...layers.toReversed().map(({ name }) => name), 'top'] : [],
    scratch: writable === 'memory' ? writablePaths(overlays) : [],
  }
}

/*
 * Below the layers (`base`) stand directories, so that a link of the image wins over them; above
 * them (`top`) stand the files that are the task's own.
 */

function directories({ binds, borrowed, host, workingDirectory }: LayoutInput) {
  const mounted = binds.map((bind) => bind.path)
  const paths = [
    ...NEEDED_DIRECTORIES,
    workingDirectory.slice(1),
    ...binds.filter(({ kind }) => kind === 'directory').map(({ path }) => path.slice(1)),
    ...(host === undefined ? [] : ['var/tmp', ...BASE_DIRECTORIES, ...host.directories]),
    ...borrowed.filter(({ kind }) => kind === 'directory').map(({ path }) => path.slice(1)),
  ]
  return [
    ...(host?.directories ?? []).map((name) => ({ path: `top/${name}` })),
    ...paths.map((path) => {
      const open = (path === 'tmp' || path === 'var/tmp') && !mounted.includes(`/${path}`)
      return { path: `base/${path}`, ...(open ? { mode: OPEN_TO_ALL } : {}) }
    }),
  ]
}

function files(input: LayoutInput): { path: string; text: string }[] {
  const places = [
    ...DEVICES.map((name) => `top/dev/${name}`),
    ...input.binds.filter(({ kind }) => kind === 'file').map(({ path }) => `top${path}`),
    ...input.borrowed.filter(({ kind }) => kind === 'file').map(({ path }) => `base${path}`),
  ]
  return [
    ...places.map((path) => ({ path, text: '' })),
    ...Object.entries(input.files).map(([path, text]) => ({ path: `top${path}`, text })),
  ]
}

function links(
  { borrowed, host }: LayoutInput,
  layers: readonly NamedLayer[],
): { path: string; target: string }[] {
  const under = Object.entries({ ...DEVICE_LINKS, ...host?.links }).map(([name, target]) => {
    const path = name in DEVICE_LINKS ? `top/dev/${name}` : `base/${name}`
    return { path, target }
  })
  return [
    ...layers.map(({ name, target }) => ({ path: name, target })),
    ...under,
    ...borrowed.flatMap(({ path, target }) =>
      target === undefined ? [] : [{ path: `base${path}`, target }],
    ),
  ]
}

/** A copied root is its own mount, and the machine's parts in it can only be read. */
function copiedMounts(input: LayoutInput): MountLine[] {
  const options = ['bind', 'ro']
  return [
    { source: undefined, path: '', type: 'none', options: input.readonly ? options : ['bind'] },
    ...input.borrowed
      .filter(({ target }) => target === undefined)
      .map(({ path }) => ({ source: path, path, type: 'none', options })),
  ]
}

function writablePaths(overlays: readonly string[]): string[] {
  return overlays.flatMap((name) => [`up.${name}`, `wk.${name}`])
}

function overlay(input: LayoutInput, name: string, layers: readonly NamedLayer[]): MountLine {
  const own = layers.filter(({ target }) => name === '' || input.layerHas(target, name))
  const within = name === '' ? '' : `/${name}`
  const lower = [
    `top${within}`,
    ...own.map((layer) => `${layer.name}${within}`),
    `base${within}`,
    ...(name === '' ? [] : [within]),
  ]
  const prefix = input.writable === 'memory' ? 'scratch/' : ''
  return {
    source: 'overlay',
    path: within,
    type: 'overlay',
    options: [
      `lowerdir=${lower.join(':')}`,
      `upperdir=${prefix}up.${name}`,
      `workdir=${prefix}wk.${name}`,
      'userxattr',
      ...(input.readonly ? ['ro'] : []),
    ],
  }
}

function systemMounts({ pts, readonlyProc }: LayoutInput): MountLine[] {
  const harmless = ['nosuid', 'nodev', 'noexec']
  return [
    { source: 'proc', path: '/proc', type: 'proc', options: harmless },
    ...readonlyProc.map((path) => ({
      source: undefined,
      path,
      type: 'none',
      options: ['bind', 'ro', ...harmless],
    })),
    { source: pts, path: '/dev/pts', type: 'none', options: ['bind'] },
    {
      source: 'shm',
      path: '/dev/shm',
      type: 'tmpfs',
      // Fargate's size.
      options: ['nosuid', 'nodev', 'mode=1777', 'size=64m'],
    },
    ...DEVICES.map((name) => ({
      source: `/dev/${name}`,
      path: `/dev/${name}`,
      type: 'none',
      options: ['bind'],
    })),
  ]
}

function bindLine({ source, path, readonly, kept }: BindMount): MountLine {
  return { source, path, type: 'none', options: ['bind', ...(readonly ? ['ro', ...kept] : [])] }
}

/** The mounts as fstab(5) holds them, for a root that stands at `root`. */
export function fstab(mounts: readonly MountLine[], root: string): string {
  return mounts
    .map(({ source, path, type, options }) =>
      [source ?? `${root}${path}`, `${root}${path}`, type, options.join(','), '0', '0']
        .map(escapeField)
        .join(' '),
    )
    .join('\n')
    .concat('\n')
}

/** Blanks and backslashes are written in octal. */
function escapeField(field: string): string {
  return field.replaceAll(
    /[\s\\#]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
}
