import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ContainerSpec, RuntimeError, type SandboxSpec } from '../runtime.ts'
import { bindMount } from './bind-mount.ts'
import { borrow, hostBase, imageFile, nodePrograms } from './host-base.ts'
import type { UnpackedImage } from './image-source.ts'
import { environmentFile } from './launch-command.ts'
import { resolverConfig } from './resolver.ts'
import { type BindMount, fstab, rootLayout, type WritableLayer } from './root-layout.ts'
import { lookUpUser, type NumericUser } from './user-lookup.ts'

export interface PrepareInput {
  readonly sandbox: SandboxSpec
  readonly spec: ContainerSpec
  readonly image: UnpackedImage
  /** The container's own directory, fresh. */
  readonly directory: string
  /** Where the sandbox keeps shared volumes and pseudo-terminals. */
  readonly sandboxDirectory: string
  readonly writable: WritableLayer
  readonly mapsAllUsers: boolean
}

export interface PreparedContainer {
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
  /** Undefined where one user runs everything. */
  readonly user: NumericUser | undefined
}

/** Official images' own user, which this machine need not have. */
const USERS_OF_BASE: Readonly<Record<string, string>> = {
  node: 'node:x:1000:1000::/home/node:/bin/sh\n',
}
const MACHINE_WIDE = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Writes everything into a container's directory that `container.sh` needs to build its root. */
export function prepareContainer(input: PrepareInput): PreparedContainer {
  const { directory, image, sandbox, spec } = input
  const host = image.base === undefined ? undefined : hostBase()
  const family = /^(?:.*\/)?([a-z0-9-]+)(?::|$)/.exec(image.base ?? '')?.[1] ?? ''
  const extra = USERS_OF_BASE[family] ?? ''
  const known = imageFile(image.layers, host, '/etc/passwd')
  const passwd = (lookUpUser(family, known, '') === undefined ? extra : '') + known
  const group = imageFile(image.layers, host, '/etc/group')
  const user = lookUpUser(spec.user, passwd, group)
  if (user === undefined) {
    throw new RuntimeError(
      'CannotStartContainerError',
      `unable to find user ${spec.user.split(':')[0]}: no matching entries in passwd file`,
    )
  }
  const files: Record<string, string> = {
    '/etc/hosts': hostsFile(sandbox, spec),
    '/etc/hostname': `${sandbox.hostname}\n`,
    '/etc/resolv.conf': resolverConfig(),
    ...(passwd === known ? {} : { '/etc/passwd': passwd }),
  }
  const binds = [...nodePrograms(image.base ?? ''), ...spec.mounts.map(bindOf(input))]
  const layout = rootLayout({
    layers: image.layers,
    host,
    writable: input.writable,
    readonly: spec.readonlyRootFilesystem,
    workingDirectory: spec.workingDirectory,
    files,
    binds,
    borrowed:
      host === undefined || input.writable !== 'copy'
        ? []
        : borrow(host, image.layers, [...Object.keys(files), ...binds.map(({ path }) => path)]),
    pts: join(input.sandboxDirectory, 'pts'),
    readonlyProc: MACHINE_WIDE.filter((path) => existsSync(path)),
    layerHas: (layer, path) => isDirectory(join(layer, path)),
  })
  const root = join(directory, 'root')
  writeLayout(directory, layout)
  write(join(directory, 'fstab'), fstab(layout.mounts, root))
  if (layout.scratch.length > 0) {
    write(join(directory, 'scratch.list'), `${layout.scratch.join('\n')}\n`)
  }
  if (layout.copies.length > 0) {
    write(join(directory, 'copies'), `${layout.copies.join('\n')}\n`)
  }
  const environment = {
    PATH: DEFAULT_PATH,
    HOSTNAME: sandbox.hostname,
    HOME: input.mapsAllUsers ? user.home : '/root',
    ...spec.environment,
  }
  write(join(directory, 'environment'), environmentFile(environment))
  return { root, environment, user: input.mapsAllUsers ? user : undefined }
}

function writeLayout(directory: string, layout: ReturnType<typeof rootLayout>): void {
  for (const { path, mode } of layout.directories) {
    mkdirSync(join(directory, path), { recursive: true })
    if (mode !== undefined) chmodSync(join(directory, path), mode)
  }
  for (const { path, text } of layout.files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text, { mode: 0o644 })
  }
  for (const { path, target } of layout.links) symlinkSync(target, join(directory, path))
}

/** Readable by the engine's user alone: the environment holds secrets. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

function hostsFile(sandbox: SandboxSpec, spec: ContainerSpec): string {
  const lines = [
    ['127.0.0.1', 'localhost'],
    [sandbox.privateIp, sandbox.hostname],
    ...Object.entries(spec.hosts).map(([name, address]) => [address, name]),
  ]
  return lines.map((line) => `${line.join(' ')}\n`).join('')
}

function bindOf(input: PrepareInput) {
  return ({ source, path, readonly }: ContainerSpec['mounts'][number]): BindMount => {
    if ('directory' in source) return bindMount({ source: source.directory, path, readonly })
    const volume = join(input.sandboxDirectory, 'volumes', source.volume)
    mkdirSync(volume, { recursive: true })
    return bindMount({ source: volume, path, readonly })
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
