import { readFileSync, realpathSync, statSync } from 'node:fs'
import type { BindMount } from './root-layout.ts'

/** A bind mount of something that exists on this machine. */
export function bindMount(bind: { source: string; path: string; readonly: boolean }): BindMount {
  const stat = statSync(bind.source, { throwIfNoEntry: false })
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  return {
    ...bind,
    kind: stat?.isDirectory() === true ? 'directory' : 'file',
    kept: stat === undefined ? [] : restrictions(mounts, realpathSync(bind.source)),
  }
}

const RESTRICTIONS = ['nosuid', 'nodev', 'noexec']

/**
 * What the file system that holds `path` forbids, by the kernel's table of mounts (mountinfo). A
 * user namespace may change a mount's options only if it keeps these.
 */
export function restrictions(mountinfo: string, path: string): string[] {
  let best = { point: '', options: '' }
  for (const line of mountinfo.split('\n')) {
    const [, , , , point = '', options = ''] = line.split(' ')
    const within = point === '/' || path === point || path.startsWith(`${point}/`)
    // Of two mounts at one point, the later lies on top.
    if (within && point.length >= best.point.length) best = { point, options }
  }
  return best.options.split(',').filter((option) => RESTRICTIONS.includes(option))
}
