import type { ContainerDefinition } from '@aws-sdk/client-ecs'

/** What has become of a container so far. */
export interface ContainerProgress {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'exited'
  readonly exitCode: number | undefined
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
}

export type StartDecision =
  | { readonly kind: 'start' }
  | { readonly kind: 'wait' }
  /** The condition can never be reached any more. */
  | { readonly kind: 'never'; readonly reason: string }

/**
 * Whether a container may start now (TASK-4, K2, K4). Amazon ECS API Reference,
 * "ContainerDependency".
 */
export function startDecision(
  container: ContainerDefinition,
  progress: ReadonlyMap<string, ContainerProgress>,
): StartDecision {
  let waits = false
  for (const { containerName = '', condition } of container.dependsOn ?? []) {
    const other = progress.get(containerName)
    if (other === undefined) return never(containerName, 'is not in the task')
    switch (condition) {
      case 'START':
        if (other.state === 'waiting') waits = true
        break
      case 'COMPLETE':
        if (other.state !== 'exited') waits = true
        break
      case 'SUCCESS':
        if (other.state !== 'exited') waits = true
        else if (other.exitCode !== 0) return never(containerName, 'did not exit successfully')
        break
      default:
        if (other.state === 'exited') return never(containerName, 'exited before it was healthy')
        if (other.health === 'UNHEALTHY') return never(containerName, 'is unhealthy')
        if (other.health !== 'HEALTHY') waits = true
    }
  }
  return { kind: waits ? 'wait' : 'start' }
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
