import type { EngineContext, Service } from '../service.ts'
import { EcsState } from './ecs-state.ts'
import { clusterOperations } from './operations/clusters.ts'
import { deploymentOperations } from './operations/deployments.ts'
import { serviceOperations } from './operations/services.ts'
import { settingOperations } from './operations/settings.ts'
import { taskDefinitionOperations } from './operations/task-definitions.ts'
import { taskOperations } from './operations/tasks.ts'
import { ServiceScheduler } from './service-scheduler.ts'
import { ExecSessions } from './session/exec-sessions.ts'
import { TaskSupervisor } from './tasks/task-supervisor.ts'
import { UsageMetrics } from './usage-metrics.ts'

/** Amazon Elastic Container Service, on Fargate. */
export function createEcs(context: EngineContext): Service & Pick<ExecSessions, 'upgrades'> {
  const state = new EcsState(context)
  const supervisor = new TaskSupervisor(state)
  const scheduler = new ServiceScheduler(state, supervisor)
  const sessions = new ExecSessions(state, supervisor)
  const metrics = new UsageMetrics(state, supervisor)
  let forgetting: Promise<void> | undefined
  return {
    name: 'ecs',
    operations: {
      ...clusterOperations(state),
      ...taskDefinitionOperations(state),
      ...serviceOperations(state, scheduler),
      ...taskOperations(state, supervisor),
      ...deploymentOperations(state, scheduler),
      ...settingOperations(state),
      ...sessions.operations,
    },
    upgrades: sessions.upgrades,
    start: async () => {
      await supervisor.recover()
      scheduler.start()
      metrics.start()
      forgetting = supervisor.forgetOld()
    },
    stop: async () => {
      await scheduler.stop()
      await metrics.stop()
      sessions.close()
      await supervisor.close()
      await forgetting
    },
  }
}
