import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A directory under which cgroups with a memory limit can be made. */
export interface CgroupPlace {
  readonly directory: string
  readonly version: 1 | 2
}

export interface CgroupFacts {
  /** `/proc/self/mountinfo` */
  readonly mountinfo: string
  /** `/proc/self/cgroup` */
  readonly cgroup: string
  /** Content of a file; empty when there is none. */
  readonly read: (path: string) => string
  readonly writable: (path: string) => boolean
}

/**
 * Where this process may make memory cgroups: the nearest cgroup above its own that hands the
 * memory controller down and that it may write to. Root finds one anywhere, an ordinary user where
 * his session was delegated to him; undefined where there is none, as in most containers.
 */
export function cgroupPlace(facts: CgroupFacts): CgroupPlace | undefined {
  const mounts = facts.mountinfo.split('\n').map((line) => {
    const [head = '', tail = ''] = line.split(' - ')
    const [type = '', , options = ''] = tail.split(' ')
    return { point: head.split(' ')[4] ?? '', type, options: options.split(',') }
  })
  const one = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory'))
  const two = mounts.find(({ type }) => type === 'cgroup2')
  const [mount, version] = one === undefined ? ([two, 2] as const) : ([one, 1] as const)
  if (mount === undefined) return undefined
  const own = ownPath(facts.cgroup, version)
  for (const path of [own, ...ancestors(own)]) {
    const directory = path === '/' ? mount.point : join(mount.point, path)
    const hands = version === 1 || handsDownMemory(facts.read(join(directory, SUBTREE)))
    const open = [directory, join(directory, 'cgroup.procs')].every((each) => facts.writable(each))
    if (hands && open) return { directory, version }
  }
  return undefined
}

const SUBTREE = 'cgroup.subtree_control'

function handsDownMemory(controllers: string): boolean {
  return controllers.trim().split(/\s+/).includes('memory')
}

function ownPath(cgroup: string, version: 1 | 2): string {
  const lines = cgroup.split('\n').map((line) => line.split(':'))
  const own = lines.find(([, controllers = '']) =>
    version === 2 ? controllers === '' : controllers.split(',').includes('memory'),
  )
  return own?.[2] ?? '/'
}

function ancestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean)
  return parts.map((_, index) => `/${parts.slice(0, parts.length - 1 - index).join('/')}`)
}

/** This process's own facts. */
export function machineCgroups(): CgroupFacts {
  return {
    mountinfo: readOrEmpty('/proc/self/mountinfo'),
    cgroup: readOrEmpty('/proc/self/cgroup'),
    read: readOrEmpty,
    writable: (path) => {
      try {
        accessSync(path, constants.W_OK)
        return true
      } catch {
        return false
      }
    },
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
