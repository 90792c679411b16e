import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { type PulledImage, RuntimeError } from '../../../runtimes/runtime.ts'
import type { AwsCalls } from '../../calls.ts'
import { changedDeployment } from '../deployments/transitions.ts'
import type { EcsState } from '../ecs-state.ts'
import type { TaskDefinitionRecord } from '../records.ts'
import { openLog, type LogWriter } from './log-writer.ts'
import { SecretReader } from './secret-values.ts'
import type { TaskIdentity } from './task-identity.ts'
import type { TaskKeeper } from './task-keeper.ts'
import { ownerOf } from './targets.ts'

/** What a container needs before it can be made. */
export interface ContainerResources {
  readonly image: PulledImage
  readonly secrets: Readonly<Record<string, string>>
  readonly log: LogWriter
}

export interface ResourcesOf {
  readonly state: EcsState
  readonly keeper: TaskKeeper
  readonly definition: TaskDefinitionRecord
  readonly identity: TaskIdentity
}

/**
 * Images, secrets and log streams of a task's containers (TASK-9, TASK-10, TASK-12), with the
 * execution role's permissions. Rejects with a `RuntimeError` in AWS's words.
 */
export async function containerResources(
  of: ResourcesOf,
): Promise<ReadonlyMap<string, ContainerResources>> {
  const { state, keeper, definition } = of
  const { task } = keeper
  const containers = definition.definition.containerDefinitions ?? []
  const roleArn = task.overrides.executionRoleArn ?? definition.definition.executionRoleArn
  const principal = await of.identity.principal(roleArn)
  const secrets = new SecretReader((region) => state.context.calls(region, principal), task.region)
  const logCalls = (region: string): AwsCalls => state.context.calls(region, principal)
  const entries = await Promise.all(
    containers.map(async (container) => {
      const name = container.name ?? ''
      try {
        const [image, values, log] = await Promise.all([
          pull(of, container),
          secrets.valuesOf(container),
          openLog(state.context, { container, taskId: task.id, calls: logCalls }),
        ])
        keeper.putContainer(name, { imageDigest: image.digest })
        return [name, { image, secrets: values, log }] as const
      } catch (error) {
        if (error instanceof RuntimeError) {
          keeper.putContainer(name, { reason: `${error.kind}: ${error.message}` })
        }
        throw error
      }
    }),
  )
  return new Map(entries)
}

/** K10: the first task of a deployment resolves a tag; the others use the digest that it found. */
async function pull(of: ResourcesOf, container: ContainerDefinition): Promise<PulledImage> {
  const { state, keeper, definition } = of
  const { runtime } = state.context
  const name = container.name ?? ''
  const uri = container.image ?? ''
  const platform =
    definition.definition.runtimePlatform?.cpuArchitecture === 'ARM64'
      ? 'linux/arm64'
      : 'linux/amd64'
  const consistent = container.versionConsistency !== 'disabled'
  const known = consistent ? ownerOf(state, keeper.task)?.deployment.images[name] : undefined
  if (known !== undefined && !uri.includes('@')) {
    try {
      return await runtime.pull({ uri: `${uri}@${known}`, platform })
    } catch (error) {
      // An image that only this machine has may have no digest that a registry knows.
      if (!(error instanceof RuntimeError)) throw error
    }
  }
  const image = await runtime.pull({ uri, platform })
  const owner = ownerOf(state, keeper.task)
  if (consistent && owner !== undefined && owner.deployment.images[name] === undefined) {
    const { service, deployment } = owner
    const images = { ...deployment.images, [name]: image.digest }
    state.putService(changedDeployment(service, deployment.id, { images }))
  }
  return image
}
