import type { EngineContext, Service } from '../service.ts'
import { EcsState } from './ecs-state.ts'
import { capacityProviderOperations, clusterOperations } from './operations/clusters.ts'
import { deploymentOperations } from './operations/deployments.ts'
import { protectionOperations } from './operations/protection.ts'
import { serviceOperations } from './operations/services.ts'
import { settingOperations } from './operations/settings.ts'
import { tagOperations } from './operations/tags.ts'
import { taskDefinitionOperations } from './operations/task-definitions.ts'
import { taskOperations } from './operations/tasks.ts'
import { ServiceActions } from './service-actions.ts'
import { ServiceScheduler } from './service-scheduler.ts'
import { ExecSessions } from './session/exec-sessions.ts'
import { TargetWatch } from './tasks/target-watch.ts'
import { TaskSupervisor } from './tasks/task-supervisor.ts'
import { UsageMetrics } from './metrics/usage-metrics.ts'

/** Amazon Elastic Container Service, on Fargate. */
export function createEcs(context: EngineContext): Service & Pick<ExecSessions, 'upgrades'> {
  const state = new EcsState(context)
  const watch = new TargetWatch(context)
  const supervisor = new TaskSupervisor(state, watch)
  const actions = new ServiceActions(state, supervisor)
  const scheduler = new ServiceScheduler(state, actions, watch)
  const sessions = new ExecSessions(state, supervisor)
  const metrics = new UsageMetrics(state, supervisor)
  let forgetting: Promise<void> | undefined
  return {
    name: 'ecs',
    operations: {
      ...clusterOperations(state),
      ...capacityProviderOperations(state),
      ...taskDefinitionOperations(state),
      ...serviceOperations(state, scheduler),
      ...taskOperations(state, supervisor),
      ...protectionOperations(state, scheduler),
      ...deploymentOperations(state, { actions, scheduler }),
      ...tagOperations(state),
      ...settingOperations(context),
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
