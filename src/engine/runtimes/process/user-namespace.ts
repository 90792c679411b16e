import { readFileSync, writeFileSync } from 'node:fs'
import type { ToolName } from './tools.ts'

/*
 * The user namespace in which everything runs. Root maps every user that it has itself, so that an
 * image's USER is honoured; an ordinary user may map only himself, as root inside: then whatever
 * USER says, programs run as that one user.
 */

/** Whether USER of an image can be honoured. */
export function mapsAllUsers(): boolean {
  return process.getuid?.() === 0
}

/**
 * The argument vector that runs `command` in new namespaces as root of a new user namespace, and
 * dies with its parent. As root, it prints a dot once it is in its user namespace, and waits there
 * for `mapUsers` and a line on its standard input.
 */
export function inNamespaces(
  paths: Readonly<Record<ToolName, string>>,
  namespaces: readonly string[],
  command: readonly string[],
): string[] {
  const dying = [paths.setpriv, '--pdeathsig', 'KILL']
  const rest = [...namespaces, '--fork', '--kill-child=KILL', ...command]
  if (!mapsAllUsers()) {
    return [...dying, paths.unshare, '--user', '--map-root-user', ...rest]
  }
  const wait = 'printf . && read -r _ && exec "$@"'
  const waiting = [...dying, paths.unshare, '--user', paths.sh, '-c', wait, 'sh']
  return [...waiting, ...dying, paths.unshare, ...rest]
}

/** Maps the users of this namespace onto themselves. */
export function mapUsers(pid: number): void {
  for (const kind of ['gid_map', 'uid_map']) {
    const ranges = readFileSync(`/proc/self/${kind}`, 'utf8').trim().split('\n')
    const own = ranges.map((range) => {
      const [first = '0', , count = '1'] = range.trim().split(/\s+/)
      return `${first} ${first} ${count}`
    })
    writeFileSync(`/proc/${pid}/${kind}`, `${own.join('\n')}\n`)
  }
}
