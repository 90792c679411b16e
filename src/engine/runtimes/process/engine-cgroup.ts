import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CgroupPlace } from './cgroup-places.ts'
import { MemoryCgroup, removeCgroup } from './memory-cgroup.ts'

let made = 0

/**
 * A cgroup for one engine's tasks. Those of engines that are gone, which could not remove theirs
 * when they were killed, are removed first.
 */
export function engineCgroup(place: CgroupPlace): MemoryCgroup | undefined {
  for (const name of readdirSync(place.directory)) {
    const owner = /^longshore-(\d+)-\d+$/.exec(name)?.[1]
    if (owner !== undefined && !isAlive(Number(owner))) removeCgroup(join(place.directory, name))
  }
  return MemoryCgroup.create(place, `longshore-${process.pid}-${++made}`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
