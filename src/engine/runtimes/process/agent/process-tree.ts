import { readFileSync } from 'node:fs'

/** A process and everything below it, as far as they still exist. */
export function processTree(pid: number): number[] {
  const found = [pid]
  for (const parent of found) found.push(...childrenOf(parent))
  return found
}

export function childrenOf(pid: number): number[] {
  const text = readOrEmpty(`/proc/${pid}/task/${pid}/children`)
  return text.split(' ').filter(Boolean).map(Number)
}

/** Kernel pages are 4 KiB on both platforms that ECS has, amd64 and arm64 as AWS runs it. */
const PAGE_BYTES = 4096
/** `USER_HZ`, which is 100 on every Linux that runs Node. */
const TICK_MS = 10

/** Memory in use by a tree of processes: resident pages that belong to it alone. */
export function memoryOf(pids: readonly number[]): number {
  let pages = 0
  for (const pid of pids) {
    const [, resident = 0, shared = 0] = readOrEmpty(`/proc/${pid}/statm`).split(' ').map(Number)
    pages += Math.max(0, resident - shared)
  }
  return pages * PAGE_BYTES
}

/** CPU time of a tree of processes and of its children that have ended. */
export function cpuOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const stat = readOrEmpty(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    for (const index of [11, 12, 13, 14]) ticks += Number(fields[index] ?? 0)
  }
  return ticks * TICK_MS
}

export function commandOf(pid: number): string[] {
  return readOrEmpty(`/proc/${pid}/cmdline`).split('\0')
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Gone between two looks.
    return ''
  }
}
