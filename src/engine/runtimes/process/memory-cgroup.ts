import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CgroupPlace } from './cgroup-places.ts'

/** The two dialects in which the kernel is told a limit and tells of kills. */
const DIALECTS = {
  1: {
    limits: [
      ['memory.limit_in_bytes', (bytes: number) => String(bytes)],
      // Memory and swap together: a container swaps nothing.
      ['memory.memsw.limit_in_bytes', (bytes: number) => String(bytes)],
    ],
    events: 'memory.oom_control',
    control: [],
  },
  2: {
    limits: [
      ['memory.max', (bytes: number) => String(bytes)],
      ['memory.swap.max', () => '0'],
    ],
    events: 'memory.events',
    control: [['cgroup.subtree_control', '+memory']],
  },
} as const

/** A limit that the kernel keeps, on whatever runs in `directory`. */
export class MemoryCgroup {
  readonly directory: string
  readonly #version: 1 | 2

  private constructor({ directory, version }: CgroupPlace) {
    this.directory = directory
    this.#version = version
  }

  /** A cgroup below a place; undefined where the kernel does not have it so. */
  static create(place: CgroupPlace, name: string, bytes?: number): MemoryCgroup | undefined {
    const directory = join(place.directory, name)
    const made = new MemoryCgroup({ ...place, directory })
    try {
      if (!existsSync(directory)) mkdirSync(directory)
      if (bytes !== undefined) made.#limit(bytes)
      return made
    } catch {
      made.remove()
      return undefined
    }
  }

  /** Another within, for which this one's limit counts too. */
  child(name: string, bytes?: number): MemoryCgroup | undefined {
    const { directory } = this
    const version = this.#version
    try {
      for (const [file, value] of DIALECTS[version].control) {
        writeFileSync(join(directory, file), value)
      }
    } catch {
      return undefined
    }
    return MemoryCgroup.create({ directory, version }, name, bytes)
  }

  /** Whether the kernel has killed something in it for want of memory. */
  killed(): boolean {
    try {
      const events = readFileSync(join(this.directory, DIALECTS[this.#version].events), 'utf8')
      return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0) > 0
    } catch {
      return false
    }
  }

  remove(): void {
    removeCgroup(this.directory)
  }

  #limit(bytes: number): void {
    const [[memory, inBytes], [swap, ofSwap]] = DIALECTS[this.#version].limits
    writeFileSync(join(this.directory, memory), inBytes(bytes))
    // Kernels without accounting of swap lack the second file.
    const path = join(this.directory, swap)
    if (existsSync(path)) writeFileSync(path, ofSwap(bytes))
  }
}

/** Removes a cgroup and those within; what still has processes stays for the next sweep. */
export function removeCgroup(directory: string): void {
  if (!existsSync(directory)) return
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(directory, entry.name))
  }
  try {
    rmdirSync(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EBUSY' && code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error
  }
}
