import { reconcile, type Action, type StopReason } from '../../scheduler/reconcile.ts'
import type { EcsState } from './ecs-state.ts'
import { newDeployment } from './deployments/new-deployment.ts'
import { chooseProvider } from './deployments/choose-provider.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts'
import { serviceView, taskViews } from './service-view.ts'
import { newTask } from './tasks/new-task.ts'
import type { TaskSupervisor } from './tasks/task-supervisor.ts'

const TICK_MS = 10_000
/** While a deployment is under way its targets are looked at more often, on the wall clock. */
const EAGER_MS = 200

/** The service scheduler: carries out what `reconcile` decides, one service at a time. */
export class ServiceScheduler {
  readonly #state: EcsState
  readonly #supervisor: TaskSupervisor
  readonly #loops = new Map<string, ServiceLoop>()
  readonly #stopping = new AbortController()

  constructor(state: EcsState, supervisor: TaskSupervisor) {
    this.#state = state
    this.#supervisor = supervisor
    state.tasks.onChange((_key, task, before) => {
      const changed = task ?? before
      if (changed?.service === undefined) return
      if (task !== undefined && before !== undefined) this.#countFailure(task, before)
      this.wake({ ...changed, name: changed.service })
    })
  }

  start(): void {
    for (const service of this.#state.services.values()) {
      if (service.status !== 'INACTIVE') this.wake(service)
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([...this.#loops.values()].map(({ done }) => done))
  }

  /** Makes the scheduler look at a service now. */
  wake(service: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>): void {
    if (this.#stopping.signal.aborted) return
    const key = `${service.region}/${service.cluster}/${service.name}`
    const known = this.#loops.get(key)
    if (known !== undefined) {
      known.wake()
      return
    }
    const loop = new ServiceLoop()
    this.#loops.set(key, loop)
    loop.done = this.#run(service, loop).finally(() => this.#loops.delete(key))
  }

  /** DEP-11: goes back to the last completed deployment. */
  stopDeployment(service: ServiceRecord, deploymentId: string): void {
    const current = this.#state.currentService(service)
    if (current?.deployments[0]?.id !== deploymentId) return
    this.#fail(current, { kind: 'fail', deploymentId, rollback: true }, 'stopped by user')
    this.wake(service)
  }

  async #run(
    key: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>,
    loop: ServiceLoop,
  ): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const woken = loop.next()
      const pauseMs = await this.#once(key)
      if (pauseMs === undefined) return
      await this.#pause(pauseMs, woken)
    }
  }

  async #pause(pauseMs: number, woken: Promise<void>): Promise<void> {
    const enough = new AbortController()
    const signal = AbortSignal.any([enough.signal, this.#stopping.signal])
    await Promise.race([woken, this.#state.context.clock.sleep(pauseMs, signal).catch(() => {})])
    enough.abort()
  }

  /** One look. Resolves to how long the next may wait; undefined when the service is no more. */
  async #once(
    key: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>,
  ): Promise<number | undefined> {
    const { clock, log } = this.#state.context
    try {
      const service = this.#state.currentService(key)
      if (service === undefined || service.status === 'INACTIVE') return undefined
      const tasks = this.#state.tasksOf(service).filter((task) => task.lastStatus !== 'STOPPED')
      if (service.status === 'DRAINING' && tasks.length === 0) {
        this.#state.putService({ ...service, status: 'INACTIVE', deployments: [] })
        return undefined
      }
      const views = await taskViews(this.#state, service, tasks)
      // The service may have been changed while its targets were looked at.
      const current = this.#state.currentService(key) ?? service
      const actions = reconcile(serviceView(current), views, clock.now())
      for (const action of actions) this.#apply(key, action)
      const waits = actions.flatMap((a) => (a.kind === 'wait' ? [a.untilMs - clock.now()] : []))
      const settled =
        current.deployments.length === 1 && current.deployments[0]?.rolloutState === 'COMPLETED'
      const eager = clock.real(EAGER_MS)
      return Math.min(
        settled && views.every((view) => view.healthy) ? TICK_MS : eager,
        ...waits.map((ms) => Math.max(ms, eager)),
      )
    } catch (error) {
      log.error('a service could not be scheduled', {
        service: key.name,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      return TICK_MS
    }
  }

  #apply(key: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>, action: Action): void {
    const service = this.#state.currentService(key)
    if (service === undefined) return
    switch (action.kind) {
      case 'start':
        this.#start(service, action)
        return
      case 'stop':
        this.#stop(service, action.taskIds, action.why)
        return
      case 'complete':
        this.#complete(service, action.deploymentId)
        return
      case 'fail':
        this.#fail(service, action, 'tasks failed to start')
        return
      case 'forget':
        this.#state.putService({
          ...service,
          deployments: service.deployments.filter(({ id }) => id !== action.deploymentId),
        })
        return
      case 'steady':
        if (service.steady) return
        this.#state.putService({ ...service, steady: true })
        this.#state.event(service, ' has reached a steady state.')
        return
      case 'stuck':
        this.#state.event(
          service,
          ' was unable to stop or start tasks during a deployment because of the service ' +
            'deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
        )
        return
      case 'wait':
        this.#state.event(service, ' is unable to consistently start tasks successfully.')
    }
  }

  #start(
    service: ServiceRecord,
    { deploymentId, count, replacing }: Extract<Action, { kind: 'start' }>,
  ): void {
    const deployment = service.deployments.find(({ id }) => id === deploymentId)
    const cluster = this.#state.clusters.get(`${service.region}/${service.cluster}`)
    if (deployment === undefined || cluster === undefined) return
    const definition = this.#state.taskDefinition(service.region, deployment.taskDefinition)
    const started: string[] = []
    for (let i = 0; i < count; i++) {
      const task = newTask(this.#state, {
        cluster,
        definition,
        group: `service:${service.name}`,
        startedBy: deploymentId,
        service: service.name,
        launchType: 'FARGATE',
        capacityProvider: chooseProvider(deployment.strategy, this.#state.tasksOf(service)),
        network: deployment.network,
        overrides: {},
        enableExecuteCommand: service.enableExecuteCommand,
        clientToken: undefined,
        tags:
          service.propagateTags === 'SERVICE'
            ? service.tags
            : service.propagateTags === 'TASK_DEFINITION'
              ? definition.tags
              : {},
      })
      this.#state.putTask(task)
      this.#supervisor.launch(task)
      started.push(`(task ${task.id})`)
    }
    const replaced =
      replacing > 0 ? ` Amazon ECS replaced ${replacing} tasks due to an unhealthy status.` : ''
    this.#unsteady(service)
    this.#state.event(service, ` has started ${count} tasks: ${started.join(' ')}.${replaced}`)
  }

  #stop(service: ServiceRecord, taskIds: readonly string[], why: StopReason): void {
    const tasks = this.#state.tasksOf(service).filter(({ id }) => taskIds.includes(id))
    const reason =
      why.kind === 'unhealthy'
        ? why.reason.stoppedReason
        : `Scaling activity initiated by (deployment ${why.deploymentId})`
    this.#unsteady(service)
    for (const task of tasks) {
      if (why.kind === 'unhealthy')
        this.#state.event(service, ` (task ${task.id}) ${why.reason.event}`)
      this.#supervisor.stop(task, { stopCode: 'ServiceSchedulerInitiated', reason })
    }
    const named = tasks.map(({ id }) => `(task ${id})`).join(' ')
    this.#state.event(service, ` has stopped ${tasks.length} running tasks: ${named}.`)
  }

  #complete(service: ServiceRecord, deploymentId: string): void {
    this.#change(service, deploymentId, (deployment) => ({
      ...deployment,
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${deploymentId} completed.`,
      updatedAt: this.#state.context.clock.now(),
    }))
    this.#state.event(service, ` (deployment ${deploymentId}) deployment completed.`)
  }

  /** DEP-6, C4, C5: the deployment has failed; with rollback, the last completed one comes back. */
  #fail(
    service: ServiceRecord,
    { deploymentId, rollback }: Extract<Action, { kind: 'fail' }>,
    why: string,
  ): void {
    const last = service.deployments.find(
      ({ id, rolloutState }) => id !== deploymentId && rolloutState === 'COMPLETED',
    )
    const back = rollback && last !== undefined
    this.#change(service, deploymentId, (deployment) => ({
      ...deployment,
      rolloutState: 'FAILED',
      rolloutStateReason: back
        ? `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`
        : 'ECS deployment circuit breaker: tasks failed to start.',
      updatedAt: this.#state.context.clock.now(),
    }))
    this.#state.event(service, ` (deployment ${deploymentId}) deployment failed: ${why}.`)
    const waiting = this.#state
      .tasksOf(service)
      .filter(
        ({ startedBy, desiredStatus }) => startedBy === deploymentId && desiredStatus === 'RUNNING',
      )
    for (const task of waiting) {
      this.#supervisor.stop(task, {
        stopCode: 'ServiceSchedulerInitiated',
        reason: `Scaling activity initiated by (deployment ${deploymentId})`,
      })
    }
    if (!back) return
    const current = this.#state.currentService(service) ?? service
    const restored = newDeployment(this.#state, { ...last, rollbackOf: deploymentId })
    this.#state.putService({
      ...current,
      startFailures: 0,
      steady: false,
      deployments: [restored, ...current.deployments],
    })
    this.#state.event(service, ` rolling back to deployment ${last.id}.`)
  }

  /** A task that ended without having run, or that was unhealthy, counts against its deployment. */
  #countFailure(task: TaskRecord, before: TaskRecord): void {
    const service = this.#state.currentService({ ...task, name: task.service ?? '' })
    if (service === undefined) return
    const deploymentId = task.startedBy ?? ''
    const neverRan =
      task.stopCode === 'TaskFailedToStart' ||
      (task.startedAt === undefined && task.stopCode === 'EssentialContainerExited')
    if (task.lastStatus === 'STOPPED' && before.lastStatus !== 'STOPPED' && neverRan) {
      const { clock } = this.#state.context
      this.#state.putService({
        ...service,
        startFailures: service.startFailures + 1,
        lastStartFailureAt: clock.now(),
        deployments: withFailure(service.deployments, deploymentId),
      })
      return
    }
    const failedChecks = /^Task failed (ELB|container) health checks/.test(task.stoppedReason ?? '')
    if (failedChecks && before.desiredStatus === 'RUNNING' && task.desiredStatus === 'STOPPED') {
      this.#state.putService({
        ...service,
        deployments: withFailure(service.deployments, deploymentId),
      })
      return
    }
    if (
      task.lastStatus === 'RUNNING' &&
      before.lastStatus !== 'RUNNING' &&
      service.startFailures > 0
    ) {
      this.#state.putService({ ...service, startFailures: 0 })
    }
  }

  #unsteady(service: ServiceRecord): void {
    const current = this.#state.currentService(service)
    if (current?.steady === true) this.#state.putService({ ...current, steady: false })
  }

  #change(
    service: ServiceRecord,
    deploymentId: string,
    edit: (deployment: DeploymentRecord) => DeploymentRecord,
  ): void {
    const current = this.#state.currentService(service) ?? service
    this.#state.putService({
      ...current,
      deployments: current.deployments.map((each) =>
        each.id === deploymentId ? edit(each) : each,
      ),
    })
  }
}

function withFailure(
  deployments: readonly DeploymentRecord[],
  id: string,
): readonly DeploymentRecord[] {
  return deployments.map((deployment) =>
    deployment.id === id ? { ...deployment, failedTasks: deployment.failedTasks + 1 } : deployment,
  )
}

/** A service's turn to be looked at: wakes that come while it is looked at are not lost. */
class ServiceLoop {
  done: Promise<void> = Promise.resolve()
  #next = Promise.withResolvers<void>()

  next(): Promise<void> {
    this.#next = Promise.withResolvers()
    return this.#next.promise
  }

  wake(): void {
    this.#next.resolve()
  }
}
