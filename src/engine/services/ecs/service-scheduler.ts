import type { Clock } from '../../clock/clock.ts'
import { reconcile } from '../../scheduler/reconcile.ts'
import type { Action, TaskView } from '../../scheduler/service-view.ts'
import { observeAlarms } from './deployments/alarm-watch.ts'
import { afterTaskChange } from './deployments/task-outcomes.ts'
import type { EcsState } from './ecs-state.ts'
import type { ServiceKey, ServiceRecord, TaskRecord } from './records.ts'
import type { ServiceActions } from './service-actions.ts'
import { hasHealthCheck, serviceView, taskViews } from './service-view.ts'
import type { TargetWatch } from './tasks/target-watch.ts'
import { ownerOf } from './tasks/targets.ts'

/** How often a service is looked at when nothing is heard of it: targets fall ill silently. */
const TICK_MS = 10_000
/** The same without targets: everything else is told at once. */
const QUIET_TICK_MS = 300_000
/** How often while it is on its way somewhere: the health of targets is not told, but asked for. */
const EAGER_MS = 2000
/** What changes the service itself, so that there may be more to say at once. */
const PROGRESS: readonly Action['kind'][] = ['healthy', 'bake', 'complete', 'forget']
/** So long, changes that come together are gathered for one look. */
const GATHER_MS = 50

/** The service scheduler: looks at one service at a time, and has done what `reconcile` decides. */
export class ServiceScheduler {
  readonly #state: EcsState
  readonly #actions: ServiceActions
  readonly #watch: TargetWatch
  readonly #loops = new Map<string, ServiceLoop>()
  #started = false
  #stopping = false

  constructor(state: EcsState, actions: ServiceActions, watch: TargetWatch) {
    this.#state = state
    this.#actions = actions
    this.#watch = watch
    state.tasks.onChange((_key, task, before) => {
      if (task?.service === undefined || before === undefined || !this.#started) return
      this.#take(task, before)
    })
  }

  /** From now on services are looked at: all that there are, then those that change. */
  start(): void {
    this.#started = true
    for (const service of this.#state.services.values()) {
      if (service.status !== 'INACTIVE') this.wake(service)
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const loop of this.#loops.values()) loop.end()
    await Promise.all([...this.#loops.values()].map(({ done }) => done))
  }

  /** Makes the scheduler look at a service now. */
  wake(service: ServiceKey): void {
    if (this.#stopping || !this.#started) return
    const { region, cluster, name } = service
    const key = `${region}/${cluster}/${name}`
    const known = this.#loops.get(key)
    if (known !== undefined) {
      known.wake()
      return
    }
    const loop = new ServiceLoop()
    this.#loops.set(key, loop)
    loop.done = this.#run({ region, cluster, name }, loop).finally(() => {
      this.#loops.delete(key)
      // A service of the same name may have been made meanwhile.
      const current = this.#state.services.get(key)
      if (current !== undefined && current.status !== 'INACTIVE') this.wake(current)
    })
  }

  #take(task: TaskRecord, before: TaskRecord): void {
    const moved =
      task.lastStatus !== before.lastStatus ||
      task.desiredStatus !== before.desiredStatus ||
      task.healthStatus !== before.healthStatus
    if (!moved) return
    const key = { region: task.region, cluster: task.cluster, name: task.service ?? '' }
    const service = this.#state.currentService(key)
    if (service === undefined) return
    const changed = afterTaskChange(service, {
      task,
      before,
      checked:
        (ownerOf(this.#state, task)?.deployment.loadBalancers ?? []).length > 0 ||
        hasHealthCheck(this.#state, task),
      now: this.#state.context.clock.now(),
    })
    if (changed !== service) this.#state.putService(changed)
    this.wake(key)
  }

  async #run(key: ServiceKey, loop: ServiceLoop): Promise<void> {
    const { clock } = this.#state.context
    while (!this.#stopping) {
      loop.begin()
      const pauseMs = await this.#look(key)
      if (pauseMs === undefined) return
      await loop.pause(clock, pauseMs)
    }
  }

  /** One look. Resolves to how long the next may wait; undefined when the service is no more. */
  async #look(key: ServiceKey): Promise<number | undefined> {
    const { clock, log } = this.#state.context
    try {
      const service = this.#state.currentService(key)
      if (service === undefined || service.status === 'INACTIVE') return undefined
      const tasks = this.#state.tasksOf(key).filter((task) => task.lastStatus !== 'STOPPED')
      if (service.status === 'DRAINING' && tasks.length === 0) {
        this.#state.putService({ ...service, status: 'INACTIVE', deployments: [] })
        return undefined
      }
      await observeAlarms(this.#state, service)
      const views = await taskViews(this.#state, this.#watch, tasks, service)
      // The service may have been changed while its targets were looked at.
      const current = this.#state.currentService(key)
      if (current === undefined || this.#stopping) return undefined
      const actions = reconcile(serviceView(current), views, clock.now())
      for (const action of actions) this.#actions.apply(key, action)
      const waits = actions.flatMap((a) => (a.kind === 'wait' ? [a.untilMs - clock.now()] : []))
      if (actions.some(({ kind }) => PROGRESS.includes(kind))) return 0
      return Math.min(isSettled(current, views) ? tickOf(current) : EAGER_MS, ...waits)
    } catch (error) {
      log.error('a service could not be scheduled', {
        service: key.name,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      return TICK_MS
    }
  }
}

function tickOf({ deployments }: ServiceRecord): number {
  const watched = deployments.some(({ loadBalancers }) => loadBalancers.length > 0)
  return watched ? TICK_MS : QUIET_TICK_MS
}

/** Whether nothing but a change from outside can move the service. */
function isSettled(service: ServiceRecord, views: readonly TaskView[]): boolean {
  const [primary, ...older] = service.deployments
  if (primary === undefined || primary.rolloutState === 'FAILED') return true
  return (
    primary.rolloutState === 'COMPLETED' &&
    older.length === 0 &&
    views.length === service.desiredCount &&
    views.every((view) => view.healthy)
  )
}

/** A service's turn to be looked at: wakes that come while it is looked at are not lost. */
class ServiceLoop {
  done: Promise<void> = Promise.resolve()
  #woken = false
  #ended = false
  #resume: (() => void) | undefined
  #endPause: (() => void) | undefined

  /** What changes from now on asks for another look. */
  begin(): void {
    this.#woken = false
  }

  wake(): void {
    this.#woken = true
    this.#resume?.()
  }

  end(): void {
    this.#ended = true
    this.#endPause?.()
  }

  /** Waits for so long; less when woken, and then only to gather what else changes. */
  async pause(clock: Clock, pauseMs: number): Promise<void> {
    if (!this.#woken && pauseMs > 0) {
      await this.#wait(clock, pauseMs, (resume) => (this.#resume = resume))
      this.#resume = undefined
    }
    if (this.#woken) await this.#wait(clock, GATHER_MS, () => {})
  }

  async #wait(clock: Clock, ms: number, wakeable: (resume: () => void) => void): Promise<void> {
    if (this.#ended) return
    await new Promise<void>((resolve) => {
      const timer = clock.after(ms, resolve)
      this.#endPause = () => {
        timer.cancel()
        resolve()
      }
      wakeable(this.#endPause)
    })
  }
}
