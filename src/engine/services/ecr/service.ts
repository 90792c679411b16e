import type { EngineContext, Service } from '../service.ts'
import { EcrState } from './ecr-state.ts'
import { imageOperations } from './operations/images.ts'
import { repositoryOperations } from './operations/repositories.ts'
import { registryMount } from './registry/registry.ts'

/** Elastic Container Registry: its operations, and the registry itself under `/v2/`. */
export function createEcr(context: EngineContext): Service {
  const state = new EcrState(context)
  return {
    name: 'ecr',
    operations: { ...repositoryOperations(state), ...imageOperations(state) },
    mounts: [registryMount(state)],
  }
}
