import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeTree } from './remove-tree.ts'
import type { WritableLayer } from './root-layout.ts'
import { isRequired, type Tools } from './tools.ts'
import { inNamespaces, mapsAllUsers, mapUsers } from './user-namespace.ts'

/** What this machine lets the runtime do. */
export interface Probe {
  /** Why tasks cannot run here, and what helps; undefined when they can. */
  readonly problem: string | undefined
  /** Where containers' writable layers are kept. */
  readonly writable: WritableLayer
}

/** Tries, in namespaces of its own, what tasks will need. `directory` is where they will live. */
export async function probe(tools: Tools, directory: string): Promise<Probe> {
  const failed = (problem: string): Probe => ({ problem, writable: 'disk' })
  if (process.platform !== 'linux') return failed('the process runtime needs Linux namespaces')
  const missing = tools.missing.filter(isRequired)
  if (missing.length > 0) {
    return failed(
      `${missing.join(', ')} not found: install util-linux and iproute2 ` +
        `(apt-get install util-linux iproute2)`,
    )
  }
  const scratch = mkdtempSync(join(directory, 'probe-'))
  try {
    const { stdout, stderr } = await runProbe(tools, scratch)
    const works = stdout.split(/\s+/)
    const lacking = ['proc', 'veth', 'rules'].filter((each) => !works.includes(each))
    const overlay = (['disk', 'memory'] as const).find((each) => works.includes(each))
    if (lacking.length === 0) return { problem: undefined, writable: overlay ?? 'copy' }
    return failed(explain(works.join(''), stderr.trim()))
  } finally {
    removeTree(scratch)
  }
}

function runProbe(tools: Tools, scratch: string): Promise<{ stdout: string; stderr: string }> {
  const script = join(import.meta.dirname, 'scripts/probe.sh')
  const [program = '', ...args] = inNamespaces(
    tools.paths,
    ['--net', '--mount', '--pid'],
    [tools.paths.sh, script, scratch],
  )
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', env: { PATH: tools.searchPath } })
    let stdout = ''
    let stderr = ''
    let mapped = !mapsAllUsers()
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
      if (mapped) return
      mapped = true
      mapUsers(child.pid ?? 0)
      child.stdin.write('\n')
    })
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.stdin.on('error', () => {})
    child.once('error', reject)
    child.once('close', () => resolve({ stdout: stdout.replace(/^\./, ''), stderr }))
  })
}

/** Settings of the kernel that keep ordinary users out of user namespaces, and the way in. */
const SWITCHES = [
  { path: '/proc/sys/user/max_user_namespaces', closed: '0', open: '15000' },
  { path: '/proc/sys/kernel/unprivileged_userns_clone', closed: '0', open: '1' },
  { path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', closed: '1', open: '0' },
]

function explain(works: string, complaint: string): string {
  const closed = SWITCHES.find(
    ({ path, closed: value }) => existsSync(path) && readFileSync(path, 'utf8').trim() === value,
  )
  if (works === '' && closed !== undefined) {
    const name = closed.path.replace('/proc/sys/', '').replaceAll('/', '.')
    return `this machine forbids user namespaces (${name} is ${closed.closed}): sudo sysctl -w ${name}=${closed.open}`
  }
  const where = existsSync('/.dockerenv')
    ? '; in a container, namespaces need --privileged, or the runtime "simulated"'
    : ''
  return `namespaces do not work here: ${complaint || 'no reason given'}${where}`
}
