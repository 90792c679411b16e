import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { clientError } from '../errors.ts'

const CONDITIONS = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']

/** TASK-4, K2: what a container may wait for, and that nobody waits in a circle. */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name ?? '', container]))
  for (const { name = '', dependsOn } of containers) {
    for (const { containerName = '', condition = '' } of dependsOn ?? []) {
      checkDependency(name, condition, { containerName, other: byName.get(containerName) })
    }
  }
  checkCircle(byName)
}

function checkDependency(
  name: string,
  condition: string,
  { containerName, other }: { containerName: string; other: ContainerDefinition | undefined },
): void {
  if (other === undefined) {
    throw clientError(`Container '${name}' depends on unknown container '${containerName}'.`)
  }
  if (!CONDITIONS.includes(condition)) {
    throw clientError(`Container '${name}' has an invalid condition '${condition}'.`)
  }
  if (/COMPLETE|SUCCESS/.test(condition) && other.essential !== false) {
    throw clientError(
      `The condition ${condition} cannot be used for the essential container '${containerName}'.`,
    )
  }
  if (condition === 'HEALTHY' && other.healthCheck === undefined) {
    throw clientError(
      `Container '${containerName}' has no health check; the condition HEALTHY needs one.`,
    )
  }
}

function checkCircle(byName: ReadonlyMap<string, ContainerDefinition>): void {
  const visiting = new Set<string>()
  const done = new Set<string>()
  const visit = (name: string): void => {
    if (done.has(name)) return
    if (visiting.has(name)) throw clientError('Container dependencies must not form a cycle.')
    visiting.add(name)
    for (const { containerName = '' } of byName.get(name)?.dependsOn ?? []) visit(containerName)
    visiting.delete(name)
    done.add(name)
  }
  for (const name of byName.keys()) visit(name)
}
