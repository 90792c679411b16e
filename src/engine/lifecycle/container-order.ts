import type { ContainerDefinition } from '@aws-sdk/client-ecs'

/** What has become of a container so far. */
export interface ContainerProgress {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'exited'
  readonly exitCode: number | undefined
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  /** When its start time-out ends, in engine time; undefined: it has none, or has not started. */
  readonly limitAt: number | undefined
}

export type StartDecision =
  | { readonly kind: 'start' }
  /** `untilMs`: when waiting longer is in vain. */
  | { readonly kind: 'wait'; readonly untilMs: number | undefined }
  /** The condition can never be reached any more. */
  | { readonly kind: 'never'; readonly reason: string }

/**
 * Whether a container may start now (TASK-4, K2, K3, K4). Amazon ECS API Reference,
 * "ContainerDependency".
 */
export function startDecision(
  container: ContainerDefinition,
  progress: ReadonlyMap<string, ContainerProgress>,
  now: number,
): StartDecision {
  let waits = false
  const limits: number[] = []
  for (const { containerName = '', condition } of container.dependsOn ?? []) {
    const other = progress.get(containerName)
    if (other === undefined) return never(containerName, 'is not in the task')
    const impossible = impossibility(other, condition)
    if (impossible !== undefined) return never(containerName, impossible)
    if (isMet(other, condition)) continue
    waits = true
    // The time-out is for what a container must reach, not for its start.
    if (condition !== 'START' && other.limitAt !== undefined) limits.push(other.limitAt)
  }
  if (!waits) return { kind: 'start' }
  const untilMs = limits.length === 0 ? undefined : Math.min(...limits)
  if (untilMs !== undefined && now >= untilMs) {
    return { kind: 'never', reason: 'dependency graph: a dependency did not get ready in time' }
  }
  return { kind: 'wait', untilMs }
}

function isMet(other: ContainerProgress, condition: string | undefined): boolean {
  switch (condition) {
    case 'START':
      return other.state !== 'waiting'
    case 'COMPLETE':
    case 'SUCCESS':
      return other.state === 'exited'
    default:
      return other.state === 'running' && other.health === 'HEALTHY'
  }
}

function impossibility(
  other: ContainerProgress,
  condition: string | undefined,
): string | undefined {
  if (condition === 'SUCCESS' && other.state === 'exited' && other.exitCode !== 0) {
    return 'did not exit successfully'
  }
  if (condition !== 'HEALTHY') return undefined
  if (other.state === 'exited') return 'exited before it was healthy'
  return other.health === 'UNHEALTHY' ? 'is unhealthy' : undefined
}

function never(name: string, what: string): StartDecision {
  return { kind: 'never', reason: `dependency graph: container ${name} ${what}` }
}

/**
 * Containers in waves to be stopped one after the other: those that depend on others go first
 * (TASK-4: the reverse of the start order).
 */
export function stopOrder(containers: readonly ContainerDefinition[]): string[][] {
  const left = new Map(containers.map((container) => [container.name ?? '', container]))
  const waves: string[][] = []
  while (left.size > 0) {
    const needed = new Set(
      [...left.values()].flatMap(({ dependsOn }) =>
        (dependsOn ?? []).map(({ containerName }) => containerName ?? ''),
      ),
    )
    const wave = [...left.keys()].filter((name) => !needed.has(name))
    // A circle cannot be registered; should there be one, everything left stops at once.
    const chosen = wave.length > 0 ? wave : [...left.keys()]
    for (const name of chosen) left.delete(name)
    waves.push(chosen)
  }
  return waves
}
