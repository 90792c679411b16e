/**
 * Makes a stand-in for `node:24-slim` from this machine's own Node, shell and libraries, for Docker
 * on machines that reach no registry: `node tools/docker-base-image.ts [NAME]`. It has what
 * Dockerfiles of Node applications use (node, npm, a shell, coreutils, the user `node`), no more.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const PROGRAMS = (
  'base64 basename bash cat chmod chown cp curl cut date dd df dirname du echo env expr false find ' +
  'gosu grep gunzip gzip head hostname id install kill ln ls md5sum mkdir mktemp mv nproc printf ' +
  'ps pwd readlink realpath rm rmdir sed seq sh sha256sum sleep sort stat stty tail tar tee test ' +
  'timeout touch tr true tty uname uniq wc wget which xargs yes'
).split(' ')
const NODE_USER = 1000
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
/** Where the image has the authorities that this machine's Node trusts besides (a proxy's). */
const EXTRA_CERTIFICATES = '/etc/ssl/certs/extra.crt'
const FILES: Readonly<Record<string, string>> = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\n' +
    `node:x:${NODE_USER}:${NODE_USER}::/home/node:/bin/sh\n` +
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  'etc/group': `root:x:0:\nnode:x:${NODE_USER}:\nnogroup:x:65534:\n`,
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/os-release': 'ID=debian\nPRETTY_NAME="This machine, as a base image"\n',
}

/**
 * Imports the image into Docker. `environment` says where Docker is, as for its command line, and
 * whom Node trusts (`NODE_EXTRA_CA_CERTS`), which goes into the image.
 */
export async function makeBaseImage(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'longshore-base-'))
  try {
    const root = join(scratch, 'root')
    stage(root, environment)
    const archive = join(scratch, 'image.tar')
    const owner = (id: number): string[] => [`--owner=${id}`, `--group=${id}`, '--numeric-owner']
    execFileSync('tar', ['-C', root, ...owner(0), '--exclude=./home', '-cf', archive, '.'])
    execFileSync('tar', ['-C', root, ...owner(NODE_USER), '-rf', archive, './home/node'])
    await importImage(archive, name, environment)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function stage(root: string, environment: NodeJS.ProcessEnv): void {
  for (const path of [
    'dev',
    'etc',
    'home/node',
    'proc',
    'root',
    'run',
    'sys',
    'usr/bin',
    'usr/lib',
  ]) {
    mkdirSync(join(root, path), { recursive: true })
  }
  for (const path of ['tmp', 'var/tmp']) mkdirSync(join(root, path), { recursive: true })
  for (const path of ['tmp', 'var/tmp']) execFileSync('chmod', ['1777', join(root, path)])
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) {
    symlinkSync(link === 'sbin' ? 'usr/bin' : `usr/${link.replace('64', '')}`, join(root, link))
  }
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(root, path), text)
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true })
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, join(root, CERTIFICATES))
  const extra = environment['NODE_EXTRA_CA_CERTS']
  if (extra !== undefined) copyFileSync(extra, join(root, EXTRA_CERTIFICATES))
  const programs = PROGRAMS.flatMap((program) => {
    const found = onPath(program)
    if (found !== undefined) copyFileSync(realpathSync(found), join(root, 'usr/bin', program))
    return found ?? []
  })
  const bin = join(root, 'usr/local/bin')
  mkdirSync(bin, { recursive: true })
  copyFileSync(process.execPath, join(bin, 'node'))
  for (const library of librariesOf([...programs, process.execPath])) {
    copyFileSync(realpathSync(library), join(root, 'usr/lib', basename(library)))
  }
  stageNpm(root)
}

function stageNpm(root: string): void {
  const npm = npmDirectory()
  if (npm === undefined) return
  const target = join(root, 'usr/local/lib/node_modules/npm')
  cpSync(npm, target, { recursive: true, dereference: true })
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name))
  }
}

function npmDirectory(): string | undefined {
  const running = process.env['npm_execpath']
  return [
    ...(running === undefined ? [] : [dirname(dirname(running))]),
    join(dirname(process.execPath), '../lib/node_modules/npm'),
    ...(process.env['PATH'] ?? '').split(':').map((path) => join(path, '../lib/node_modules/npm')),
    '/usr/share/nodejs/npm',
  ].find((path) => existsSync(join(path, 'bin/npm-cli.js')))
}

function onPath(program: string): string | undefined {
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/bin']
    .map((directory) => join(directory, program))
    .find((path) => existsSync(path))
}

/** Shared libraries that programs load, and the loader itself. */
function librariesOf(programs: readonly string[]): string[] {
  const found = new Set<string>()
  for (const program of programs) {
    for (const [, path] of lddOf(program).matchAll(/(\/\S+\.so\S*)/g)) found.add(path ?? '')
  }
  return [...found]
}

function lddOf(program: string): string {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    // A script, or a program without libraries.
    return ''
  }
}

function importImage(archive: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const changes = [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    `ENV NODE_VERSION=${process.versions.node}`,
    'CMD ["node"]',
    ...(env['NODE_EXTRA_CA_CERTS'] === undefined
      ? []
      : [`ENV NODE_EXTRA_CA_CERTS=${EXTRA_CERTIFICATES}`]),
  ]
  const args = ['import', ...changes.flatMap((change) => ['--change', change]), '-', name]
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn('docker', args, { stdio: ['pipe', 'ignore', 'inherit'], env })
  child.once('error', reject)
  child.once('close', (code) => {
    if (code === 0) resolve()
    else reject(new Error(`docker import ended with ${code ?? 'a signal'}`))
  })
  child.stdin.on('error', () => {})
  createReadStream(archive).pipe(child.stdin)
  return promise
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , name = 'node:24-slim'] = process.argv
  await makeBaseImage(name)
  console.log(`Docker has ${name}, made from this machine's programs.`)
}
