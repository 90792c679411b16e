import type { EngineContext, Service } from '../service.ts'
import { InstanceController } from './instance-controller.ts'
import { engineVersionOperations } from './operations/engine-versions.ts'
import { eventOperations } from './operations/events.ts'
import { instanceOperations } from './operations/instances.ts'
import { modifyInstanceOperations } from './operations/modify-instance.ts'
import { parameterGroupOperations } from './operations/parameter-groups.ts'
import { snapshotOperations } from './operations/snapshots.ts'
import { subnetGroupOperations } from './operations/subnet-groups.ts'
import { tagOperations } from './operations/tags.ts'
import { RdsState } from './rds-state.ts'

/** RDS: each DB instance is a real PostgreSQL behind a private address. */
export function createRds(context: EngineContext): Service {
  const state = new RdsState(context)
  const controller = new InstanceController(state)
  return {
    name: 'rds',
    operations: {
      ...instanceOperations(state, controller),
      ...modifyInstanceOperations(state, controller),
      ...subnetGroupOperations(state),
      ...parameterGroupOperations(state, controller),
      ...snapshotOperations(state, controller),
      ...engineVersionOperations(controller),
      ...tagOperations(state),
      ...eventOperations(state),
    },
    start: async () => controller.resume(),
    stop: () => controller.close(),
  }
}
