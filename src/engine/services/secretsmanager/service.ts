import type { EngineContext, Service } from '../service.ts'
import { attributeOperations } from './operations/attributes.ts'
import { listingOperations } from './operations/listing.ts'
import { secretOperations } from './operations/secrets.ts'
import { stageOperations } from './operations/stages.ts'
import { valueOperations } from './operations/values.ts'
import { SecretState } from './secret-state.ts'

/** Secrets Manager: versions of values under stages, sealed on disk. */
export function createSecretsmanager(context: EngineContext): Service {
  const state = new SecretState(context)
  return {
    name: 'secretsmanager',
    operations: {
      ...secretOperations(state),
      ...valueOperations(state),
      ...listingOperations(state),
      ...stageOperations(state),
      ...attributeOperations(state),
    },
  }
}
