import { chooseProviders, spread } from '../../scheduler/placement.ts'
import type { Action, StopReason } from '../../scheduler/service-view.ts'
import { deploymentArnOf, revisionArnOf } from './deployments/deployment-history.ts'
import { afterHealthy } from './deployments/task-outcomes.ts'
import { changedDeployment, completed, failed, forgotten } from './deployments/transitions.ts'
import type { EcsState } from './ecs-state.ts'
import type { DeploymentRecord, ServiceKey, ServiceRecord, TaskRecord } from './records.ts'
import { newTask, tagsOfServiceTask } from './tasks/new-task.ts'
import type { TaskSupervisor } from './tasks/task-supervisor.ts'

/** Tasks that one event names. */
const TASKS_PER_EVENT = 10

const TEXTS = {
  steady: ' has reached a steady state.',
  throttled: ' is unable to consistently start tasks successfully.',
  stuck:
    ' was unable to stop or start tasks during a deployment because of the service deployment ' +
    'configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
} as const

/** Carries out what the scheduler decides, and tells it in the service's events (DEP-8). */
export class ServiceActions {
  readonly #state: EcsState
  readonly #supervisor: TaskSupervisor

  constructor(state: EcsState, supervisor: TaskSupervisor) {
    this.#state = state
    this.#supervisor = supervisor
  }

  apply(key: ServiceKey, action: Action): void {
    const service = this.#state.currentService(key)
    if (service === undefined) return
    const { events, context } = this.#state
    switch (action.kind) {
      case 'start':
        this.#start(service, action, '')
        return
      case 'replace':
        this.#start(
          service,
          action,
          ` Amazon ECS replaced ${action.count} tasks due to an unhealthy status.`,
        )
        return
      case 'rebalance':
        this.#rebalance(service, action)
        return
      case 'stop':
        this.#stop(service, action.taskIds, action.why)
        return
      case 'healthy':
        this.#healthy(service, action.taskIds)
        return
      case 'bake': {
        const bakingSince = context.clock.now()
        this.#state.putService(changedDeployment(service, action.deploymentId, { bakingSince }))
        return
      }
      case 'complete':
        this.#complete(service, action.deploymentId)
        return
      case 'fail':
        this.fail(service, action)
        return
      case 'forget':
        this.#state.putService(forgotten(service, action.deploymentId))
        return
      case 'steady':
        events.over(key, 'throttled', 'stuck', 'protected', 'unbalanced')
        events.standing(key, 'steady', TEXTS.steady)
        return
      case 'stuck':
        events.standing(key, 'stuck', TEXTS.stuck)
        return
      case 'protected':
        events.standing(key, 'protected', protectedText(action.deploymentId, action.count))
        return
      case 'wait':
        if (action.throttled) events.standing(key, 'throttled', TEXTS.throttled)
    }
  }

  /**
   * C4, C5, DEP-11: the deployment has failed: its pending tasks stop, and with a roll-back the
   * last completed one comes back. `cause`: `tasks failed to start`, `alarm detected`,
   * `stopped by user`.
   */
  fail(
    service: ServiceRecord,
    wish: { readonly deploymentId: string; readonly rollback: boolean; readonly cause: string },
  ): void {
    const { deploymentId, rollback, cause } = wish
    const { events, history } = this.#state
    const at = this.#state.context.clock.now()
    this.#stopPending(service, deploymentId)
    const current = this.#state.currentService(service) ?? service
    const outcome = failed(current, deploymentId, { cause, rollback, at })
    const { restored } = outcome
    const failing = current.deployments.find(({ id }) => id === deploymentId)
    this.#state.putService(outcome.service)
    events.add(service, ` (deployment ${deploymentId}) deployment failed: ${cause}.`)
    const reason = `Service deployment rolled back because of the ${monitorOf(cause)}.`
    history.change(deploymentArnOf(service, deploymentId), {
      failureCount: failing?.failedTasks ?? 0,
      ...(cause === 'tasks failed to start' ? { breaker: 'TRIGGERED' } : {}),
      alarms: failing?.alarms,
      ...(restored === undefined
        ? { status: 'STOPPED', statusReason: `${cause}.`, stoppedAt: at, finishedAt: at }
        : {
            status: 'ROLLBACK_IN_PROGRESS',
            statusReason: reason,
            stoppedAt: at,
            rollback: {
              reason,
              startedAt: at,
              revisionArn: revisionArnOf(service, restored.id),
              deploymentId: restored.id,
            },
          }),
    })
    if (restored === undefined) return
    events.over(service, 'steady', 'throttled', 'stuck')
    events.add(service, ` rolling back to deployment ${restored.id}.`)
  }

  #start(
    service: ServiceRecord,
    wish: { readonly deploymentId: string; readonly count: number; readonly zone?: string },
    after: string,
  ): void {
    const started = this.#launch(service, wish)
    const { events } = this.#state
    events.over(service, 'steady', 'stuck')
    for (let i = 0; i < started.length; i += TASKS_PER_EVENT) {
      const some = started.slice(i, i + TASKS_PER_EVENT)
      events.add(service, ` has started ${some.length} tasks: ${named(some)}.${after}`)
    }
  }

  #rebalance(service: ServiceRecord, action: Extract<Action, { kind: 'rebalance' }>): void {
    const { events } = this.#state
    const counts = Object.entries(action.counts).map(([zone, n]) => `${n} tasks in ${zone}`)
    const text = ` is not AZ balanced with ${counts.join(', ')}. AZ Rebalancing in progress.`
    events.standing(service, 'unbalanced', text)
    const started = this.#launch(service, { ...action, count: 1 })
    events.over(service, 'steady')
    events.add(
      service,
      ` has started 1 tasks in ${action.zone} to AZ Rebalance: ${named(started)}.`,
    )
  }

  #launch(
    service: ServiceRecord,
    wish: { readonly deploymentId: string; readonly count: number; readonly zone?: string },
  ): TaskRecord[] {
    const deployment = service.deployments.find(({ id }) => id === wish.deploymentId)
    const cluster = this.#state.clusters.get(`${service.region}/${service.cluster}`)
    if (deployment === undefined || cluster === undefined) return []
    const definition = this.#state.taskDefinition(service.region, deployment.taskDefinition)
    const there = this.#state
      .tasksOf(service)
      .filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
    const places = deployment.places.filter(({ zone }) => (wish.zone ?? zone) === zone)
    const chosen = spread(places, there, wish.count)
    const ofDeployment = there.filter(({ startedBy }) => startedBy === deployment.id)
    const providers = chooseProviders(
      deployment.strategy,
      ofDeployment.map(({ capacityProvider }) => capacityProvider),
      wish.count,
    )
    return chosen.map((place, i) => {
      const task = newTask(this.#state, {
        cluster,
        definition,
        place,
        group: `service:${service.name}`,
        startedBy: deployment.id,
        service: service.name,
        launchType: 'FARGATE',
        capacityProvider: providers[i],
        network: deployment.network,
        overrides: {},
        enableExecuteCommand: service.enableExecuteCommand,
        clientToken: undefined,
        tags: tagsOfServiceTask(service, definition),
      })
      this.#state.putTask(task)
      this.#supervisor.launch(task)
      return task
    })
  }

  #stop(service: ServiceRecord, taskIds: readonly string[], why: StopReason): void {
    const wanted = new Set(taskIds)
    const tasks = this.#state.tasksOf(service).filter(({ id }) => wanted.has(id))
    const { events } = this.#state
    events.over(service, 'steady', 'stuck', 'protected')
    const running = tasks.filter(({ startedAt }) => startedAt !== undefined)
    const reason =
      why.kind === 'unhealthy'
        ? why.reason.stoppedReason
        : `Scaling activity initiated by (deployment ${why.deploymentId})`
    if (why.kind === 'unhealthy') {
      for (const { id } of tasks) events.add(service, ` (task ${id}) ${why.reason.event}`)
    }
    this.#tellStopped(service, running)
    this.#tellPending(service, tasks.length - running.length)
    for (const task of tasks) {
      this.#supervisor.stop(task, { stopCode: 'ServiceSchedulerInitiated', reason })
    }
  }

  #stopPending(service: ServiceRecord, deploymentId: string): void {
    const pending = this.#state
      .tasksOf(service)
      .filter((task) => task.startedBy === deploymentId && task.desiredStatus === 'RUNNING')
      .filter(({ startedAt }) => startedAt === undefined)
    this.#tellPending(service, pending.length)
    for (const task of pending) {
      this.#supervisor.stop(task, {
        stopCode: 'ServiceSchedulerInitiated',
        reason: `Scaling activity initiated by (deployment ${deploymentId})`,
      })
    }
  }

  #tellStopped(service: ServiceRecord, tasks: readonly TaskRecord[]): void {
    for (let i = 0; i < tasks.length; i += TASKS_PER_EVENT) {
      const some = tasks.slice(i, i + TASKS_PER_EVENT)
      this.#state.events.add(service, ` has stopped ${some.length} running tasks: ${named(some)}.`)
    }
  }

  #tellPending(service: ServiceRecord, count: number): void {
    if (count > 0) this.#state.events.add(service, ` stopped ${count} pending tasks.`)
  }

  #healthy(service: ServiceRecord, taskIds: readonly string[]): void {
    const healthyAt = this.#state.context.clock.now()
    let current = service
    for (const id of taskIds) {
      const task = this.#state.task(service.region, service.cluster, id)
      if (task === undefined) continue
      this.#state.putTask({ ...task, healthyAt })
      current = afterHealthy(current, task.startedBy ?? '')
    }
    this.#state.putService(current)
    this.#state.events.over(service, 'throttled')
  }

  #complete(service: ServiceRecord, deploymentId: string): void {
    const at = this.#state.context.clock.now()
    const { history, events } = this.#state
    const deployment = service.deployments.find(({ id }) => id === deploymentId)
    this.#state.putService(completed(service, deploymentId, at))
    events.add(service, ` (deployment ${deploymentId}) deployment completed.`)
    history.change(...endOf(service, deployment, at))
  }
}

function endOf(
  service: ServiceRecord,
  deployment: DeploymentRecord | undefined,
  finishedAt: number,
): Parameters<EcsState['history']['change']> {
  const rollbackOf = deployment?.rollbackOf
  if (rollbackOf !== undefined) {
    const arn = deploymentArnOf(service, rollbackOf)
    return [arn, { status: 'ROLLBACK_SUCCESSFUL', finishedAt }]
  }
  const failureCount = deployment?.failedTasks ?? 0
  const breaker =
    service.deploymentConfiguration.deploymentCircuitBreaker?.enable === true
      ? 'MONITORING_COMPLETE'
      : 'DISABLED'
  const arn = deploymentArnOf(service, deployment?.id ?? '')
  return [arn, { status: 'SUCCESSFUL', finishedAt, failureCount, breaker }]
}

function monitorOf(cause: string): string {
  switch (cause) {
    case 'alarm detected':
      return 'deployment alarms'
    case 'stopped by user':
      return 'request to stop it'
    default:
      return 'deployment circuit breaker'
  }
}

/** R14, as recorded. */
function protectedText(deploymentId: string, count: number): string {
  return (
    ` was unable to reach steady state because (taskSet ${deploymentId}) was unable to scale in ` +
    `due to (reason ${count} tasks under protection)`
  )
}

function named(tasks: readonly TaskRecord[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(' ')
}
