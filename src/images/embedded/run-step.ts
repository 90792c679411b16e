import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LongshoreError } from '../../base/errors.ts'
import { copyTree } from './files.ts'

/** A RUN instruction. */
export interface RunStep {
  readonly argv: readonly string[]
  /** The image's files so far; what the command writes into them stays. */
  readonly root: string
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
  readonly node: boolean
  readonly place: string
  readonly onLine: (line: string) => void
}

const KEPT_LINES = 20
/** Environment that tells package managers where to fetch from. */
const PASSED = /^(npm_config_|https?_proxy$|no_proxy$|all_proxy$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/i
const SCRIPT = `
set -e
mount -n --make-rprivate /
new=$1 workdir=$2
for each in bin etc lib lib32 lib64 libx32 nix sbin usr; do
  [ -e "/$each" ] || continue
  if [ -L "/$each" ]; then ln -s "$(readlink "/$each")" "$new/$each"; continue; fi
  if [ -e "$new/$each" ]; then continue; fi
  mkdir "$new/$each"; mount -n --rbind "/$each" "$new/$each"
  mount -n -o remount,bind,ro "$new/$each" 2>/dev/null || :
done
mkdir -p "$new/proc" "$new/dev" "$new/tmp"
mount -n -t proc proc "$new/proc"
mount -n --rbind /dev "$new/dev"
mount -n -t tmpfs tmpfs "$new/tmp"
shift 2
exec chroot "$new" /bin/sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"
`

/**
 * Runs a RUN instruction with this machine's programs: in namespaces of its own, in a root where the
 * machine's program folders are read-only and the image's own folders take what is written.
 */
export async function runStep(step: RunStep): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'longshore-build-'))
  const newRoot = join(scratch, 'root')
  mkdirSync(newRoot)
  const tools = join(scratch, 'tools')
  writeTools(tools, step.node)
  const binds = [
    ...readdirSync(step.root).map((name) => ({ source: join(step.root, name), path: name })),
    { source: tools, path: '.longshore' },
  ]
  const mounts = binds
    .map(({ source, path }) => {
      const target = join(newRoot, path)
      return `mkdir -p ${quote(target)}; mount -n --rbind ${quote(source)} ${quote(target)}`
    })
    .concat(fileBinds(join(newRoot, '.longshore'), step.node))
  // The image's folders first, so that the machine's do not hide them.
  const script = SCRIPT.replace('for each in', `${mounts.join('\n')}\nfor each in`)
  const namespaces = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const argv = [
    'unshare',
    ...namespaces,
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    script,
    'sh',
  ]
  try {
    await finish([...argv, newRoot, step.workingDirectory, ...step.argv], step)
    keepNewFolders(newRoot, step.root)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const MACHINE = ['bin', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'sbin', 'usr']
const TEMPORARY = ['proc', 'dev', 'tmp', '.longshore']

/** What the step made beside the image's own folders is the image's too. */
function keepNewFolders(newRoot: string, root: string): void {
  for (const name of readdirSync(newRoot)) {
    if (MACHINE.includes(name) || TEMPORARY.includes(name) || existsSync(join(root, name))) continue
    copyTree(join(newRoot, name), join(root, name))
  }
}

/** The running Node and the machine's npm, at a place that is first on the PATH. */
function writeTools(directory: string, node: boolean): void {
  mkdirSync(join(directory, 'bin'), { recursive: true })
  mkdirSync(join(directory, 'home'))
  mkdirSync(join(directory, 'npm'))
  for (const name of ['node', 'npmrc'])
    writeFileSync(join(directory, name === 'node' ? 'bin/node' : name), '')
  if (!node) return
  for (const [name, cli] of [
    ['npm', 'npm-cli.js'],
    ['npx', 'npx-cli.js'],
  ] as const) {
    const text = `#!/bin/sh\nexec /.longshore/bin/node /.longshore/npm/bin/${cli} "$@"\n`
    writeFileSync(join(directory, 'bin', name), text, { mode: 0o755 })
  }
}

function fileBinds(target: string, node: boolean): string[] {
  if (!node) return [`rm -f ${quote(join(target, 'bin/node'))}`]
  const bind = (source: string, path: string): string =>
    `mount -n --bind ${quote(source)} ${quote(join(target, path))}`
  const npmrc = join(homedir(), '.npmrc')
  return [
    bind(process.execPath, 'bin/node'),
    bind(npmDirectory(), 'npm'),
    ...(existsSync(npmrc) ? [bind(npmrc, 'npmrc')] : []),
  ]
}

/** Where npm itself is: beside the Node that runs it, or on the PATH. */
function npmDirectory(): string {
  const running = process.env['npm_execpath']
  const candidates = [
    ...(running === undefined ? [] : [dirname(dirname(running))]),
    join(dirname(process.execPath), '../lib/node_modules/npm'),
    ...(process.env['PATH'] ?? '').split(':').map((path) => join(path, '../lib/node_modules/npm')),
    '/usr/share/nodejs/npm',
  ]
  const found = candidates.find((path) => existsSync(join(path, 'bin/npm-cli.js')))
  if (found !== undefined) return found
  throw new LongshoreError('no-npm', 'npm is not on this machine, and an image needs it', {
    next: 'Install npm, or use Docker.',
  })
}

function environmentOf(step: RunStep): Record<string, string> {
  const passed = Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && PASSED.test(entry[0]),
    ),
  )
  const path = step.environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  return {
    ...passed,
    HOME: '/.longshore/home',
    NPM_CONFIG_USERCONFIG: '/.longshore/npmrc',
    NPM_CONFIG_CACHE: '/tmp/npm-cache',
    ...step.environment,
    PATH: `/.longshore/bin:${path}`,
  }
}

function finish(argv: readonly string[], step: RunStep): Promise<void> {
  const [program = '', ...args] = argv
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentOf(step) },
  })
  const last: string[] = []
  const take = (chunk: Buffer): void => {
    for (const line of chunk.toString().split('\n')) {
      if (line.trim() === '') continue
      last.push(line)
      if (last.length > KEPT_LINES) last.shift()
      step.onLine(line)
    }
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.on('error', (error) => reject(failure(step, error.message, last)))
  child.on('close', (code, signal) => {
    if (code === 0) resolve()
    else reject(failure(step, `it ended with ${signal ?? `exit code ${code ?? 1}`}`, last))
  })
  return promise
}

function failure(step: RunStep, why: string, lines: readonly string[]): LongshoreError {
  return new LongshoreError('build-failed', `the image does not build: ${why}`, {
    place: step.place,
    cause: new Error(`\n    ${lines.join('\n    ')}`),
    next: 'Correct the step. What needs a whole base image (apt-get and the like) needs Docker.',
  })
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
