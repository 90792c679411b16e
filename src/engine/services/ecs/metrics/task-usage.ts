import type { SandboxStats } from '../../../runtimes/runtime.ts'

/** What a task reserves. */
export interface Reservation {
  readonly cpuUnits: number
  readonly memoryMiB: number
}

/** Sums over a task's containers at one moment of the wall clock. */
export interface Sample {
  readonly at: number
  readonly cpuMs: number
  readonly memoryBytes: number
  readonly rxBytes: number
  readonly txBytes: number
}

/** What a task used between two samples. */
export interface TaskUsage {
  readonly reserved: Reservation
  readonly cpuUnits: number
  readonly memoryMiB: number
  readonly rxBytesPerSecond: number
  readonly txBytesPerSecond: number
}

const UNITS_PER_CPU = 1024
const MIB = 1024 * 1024

export function sampleOf({ containers }: SandboxStats, at: number): Sample {
  const sum = (of: (container: SandboxStats['containers'][number]) => number): number =>
    containers.reduce((total, container) => total + of(container), 0)
  return {
    at,
    cpuMs: sum(({ cpuMs }) => cpuMs),
    memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    rxBytes: sum(({ rxBytes }) => rxBytes),
    txBytes: sum(({ txBytes }) => txBytes),
  }
}

/** Undefined when no time has passed. A container that was restarted counts from nothing again. */
export function usageBetween(
  before: Sample,
  after: Sample,
  reserved: Reservation,
): TaskUsage | undefined {
  const passedMs = after.at - before.at
  if (passedMs <= 0) return undefined
  const grown = (of: (sample: Sample) => number): number => Math.max(0, of(after) - of(before))
  return {
    reserved,
    cpuUnits: (grown(({ cpuMs }) => cpuMs) / passedMs) * UNITS_PER_CPU,
    memoryMiB: after.memoryBytes / MIB,
    rxBytesPerSecond: (grown(({ rxBytes }) => rxBytes) / passedMs) * 1000,
    txBytesPerSecond: (grown(({ txBytes }) => txBytes) / passedMs) * 1000,
  }
}
