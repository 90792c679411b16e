import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Programs of util-linux, iproute2 and coreutils from which namespaces are made. */
const REQUIRED = ['unshare', 'nsenter', 'setpriv', 'mount', 'ip', 'sh', 'env', 'mkfifo'] as const
const OPTIONAL = ['script', 'stty'] as const

export type ToolName = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number]

/** Absolute paths: inside a container, `PATH` is the container's own. */
export interface Tools {
  readonly paths: Readonly<Record<ToolName, string>>
  readonly missing: readonly ToolName[]
  /** For the scripts that use them: the given `PATH` and the usual places. */
  readonly searchPath: string
}

const USUAL_PLACES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

export function findTools(path: string): Tools {
  const places = [...path.split(':').filter((each) => each.startsWith('/')), ...USUAL_PLACES]
  const paths = {} as Record<ToolName, string>
  const missing: ToolName[] = []
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const found = places.map((place) => join(place, name)).find(isExecutable)
    paths[name] = found ?? name
    if (found === undefined) missing.push(name)
  }
  return { paths, missing, searchPath: places.join(':') }
}

export function isRequired(name: ToolName): boolean {
  return REQUIRED.some((each) => each === name)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
