import type { SandboxSpec } from '../runtime.ts'
import type { MemoryCgroup } from './memory-cgroup.ts'
import type { WritableLayer } from './root-layout.ts'
import type { Tools } from './tools.ts'
import type { Router } from './router.ts'

/** What a sandbox's containers share. */
export interface SandboxHome {
  readonly spec: SandboxSpec
  readonly router: Router
  readonly tools: Tools
  /** Holds the task's network namespace, terminals, volumes and containers. */
  readonly directory: string
  readonly writable: WritableLayer
  readonly mapsAllUsers: boolean
  /** The task's memory limit, kept by the kernel; undefined where the agent has to watch it. */
  readonly cgroup: MemoryCgroup | undefined
  /** A fresh directory within, and the key under which the agent knows what runs there. */
  newDirectory(name: string): { key: string; directory: string }
}
