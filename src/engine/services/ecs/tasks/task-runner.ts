import type { TaskStopCode } from '@aws-sdk/client-ecs'
import type { Binding } from '../../../network/network.ts'
import { type RunningContainer, RuntimeError, type Sandbox } from '../../../runtimes/runtime.ts'
import type { EcsState } from '../ecs-state.ts'
import type { InterfaceRecord, TaskDefinitionRecord, TaskRecord } from '../records.ts'
import { containerResources } from './container-resources.ts'
import { createInterface, deleteInterface } from './network-interface.ts'
import { TaskContainers } from './task-containers.ts'
import { TaskIdentity } from './task-identity.ts'
import { TaskKeeper } from './task-keeper.ts'
import type { TargetWatch } from './target-watch.ts'
import { deregister, ownerOf, register } from './targets.ts'

export interface StopRequest {
  readonly stopCode: TaskStopCode
  readonly reason: string
}

/** One task from its beginning to its end: the actor that carries the life cycle out. */
export class TaskRunner {
  readonly #state: EcsState
  readonly #definition: TaskDefinitionRecord
  readonly #watch: TargetWatch
  readonly #keeper: TaskKeeper
  readonly #identity: TaskIdentity
  readonly #containers: TaskContainers
  readonly #ending = Promise.withResolvers<void>()
  #sandbox: Sandbox | undefined
  #binding: Binding | undefined
  #stopRequested = false
  #abandoned = false

  constructor(state: EcsState, task: TaskRecord, watch: TargetWatch) {
    this.#state = state
    this.#watch = watch
    this.#definition = state.taskDefinition(task.region, task.taskDefinition)
    this.#keeper = new TaskKeeper(state, task)
    this.#identity = new TaskIdentity(state, task, () => this.#sandbox)
    this.#containers = new TaskContainers({
      context: state.context,
      keeper: this.#keeper,
      definition: this.#definition,
      identity: this.#identity,
      onEssentialExit: () =>
        this.stop({
          stopCode: 'EssentialContainerExited',
          reason: 'Essential container in task exited',
        }),
      onFailure: (error) => this.stop(startFailure(error)),
    })
  }

  get sandbox(): Sandbox | undefined {
    return this.#sandbox
  }

  container(name: string): RunningContainer | undefined {
    return this.#containers.get(name)
  }

  /** Asks the task to end; the first request counts. */
  stop(request: StopRequest): void {
    if (this.#stopRequested || this.#abandoned) return
    this.#stopRequested = true
    const patch: Partial<TaskRecord> = {
      desiredStatus: 'STOPPED',
      stopCode: request.stopCode,
      stoppedReason: request.reason,
      stoppingAt: this.#now(),
    }
    const { lastStatus } = this.#keeper.task
    if (lastStatus === 'RUNNING') this.#keeper.move('DEACTIVATING', patch)
    else this.#keeper.put(patch)
    this.#containers.halt()
    this.#ending.resolve()
  }

  /** Resolves when the task is STOPPED, or given up; never rejects. */
  async run(): Promise<void> {
    try {
      await this.#begin()
      await this.#ending.promise
    } catch (error) {
      if (!this.#stopRequested && !this.#abandoned) this.#failedToStart(error)
    }
    if (this.#abandoned) {
      // It may have been made just now.
      await this.#sandbox?.destroy()
      return
    }
    try {
      await this.#end()
    } catch (error) {
      this.#state.context.log.error('a task could not be cleaned up', {
        task: this.#keeper.task.id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      this.#keeper.put({ lastStatus: 'STOPPED', stoppedAt: this.#now() })
    }
  }

  /** The engine ends: the task ends with it, and its record stays as it is. */
  async abandon(): Promise<void> {
    this.#abandoned = true
    this.#keeper.giveUp()
    this.#containers.halt()
    this.#ending.resolve()
    this.#binding?.release()
    await this.#sandbox?.destroy()
    await this.#containers.closeLogs()
  }

  async #begin(): Promise<void> {
    const keeper = this.#keeper
    const { record, zone } = await createInterface(this.#state.context, keeper.task)
    keeper.put({ networkInterface: record, zone })
    this.#ifWanted()
    keeper.move('PENDING', { connectivityAt: this.#now(), pullStartedAt: this.#now() })
    const resources = await containerResources({
      state: this.#state,
      keeper,
      definition: this.#definition,
      identity: this.#identity,
    })
    keeper.put({ pullStoppedAt: this.#now() })
    this.#ifWanted()
    const sandbox = await this.#createSandbox(record)
    this.#ifWanted()
    await this.#containers.start(sandbox, resources)
    this.#ifWanted()
    keeper.move('ACTIVATING')
    await register(this.#state, keeper.task)
    this.#ifWanted()
    keeper.move('RUNNING', { startedAt: this.#now() })
  }

  async #createSandbox(record: InterfaceRecord): Promise<Sandbox> {
    const { context } = this.#state
    const { definition } = this.#definition
    const { id, overrides } = this.#keeper.task
    const sandbox = await context.runtime.createSandbox({
      taskId: id,
      vpcId: record.vpcId,
      privateIp: record.privateIp,
      prefixLength: record.prefixLength,
      hostname: record.privateDnsName,
      cpuUnits: Number(overrides.cpu ?? definition.cpu ?? 256),
      memoryMiB: Number(overrides.memory ?? definition.memory ?? 512),
      metadata: (request) => this.#identity.answer(request),
    })
    this.#sandbox = sandbox
    this.#binding = context.network.bind(
      { vpcId: record.vpcId, ip: record.privateIp },
      { connect: (port, from) => sandbox.connect(port, from.ip) },
    )
    return sandbox
  }

  /** TASK-1, L3: out of the target groups, drained, then stopped, then without its interface. */
  async #end(): Promise<void> {
    const keeper = this.#keeper
    if (keeper.task.lastStatus === 'ACTIVATING') keeper.move('DEACTIVATING')
    if (keeper.task.lastStatus === 'DEACTIVATING') {
      await deregister(this.#state, keeper.task, this.#watch)
      if (this.#abandoned) return
    }
    if (keeper.task.lastStatus === 'DEACTIVATING' || this.#containers.begun) {
      keeper.move('STOPPING')
      await this.#containers.stop()
      keeper.put({ executionStoppedAt: this.#now() })
    }
    keeper.move('DEPROVISIONING', { containers: stopped(keeper.task) })
    this.#binding?.release()
    await this.#sandbox?.destroy()
    await this.#containers.closeLogs()
    await deleteInterface(this.#state.context, keeper.task)
    keeper.move('STOPPED', { stoppedAt: this.#now() })
  }

  #failedToStart(error: unknown): void {
    const request = startFailure(error)
    this.stop(request)
    const service = ownerOf(this.#state, this.#keeper.task)?.service
    // E13: only what no container could say for itself is an event of the service.
    const isRole = error instanceof RuntimeError && error.kind === 'ClientException'
    if (!isRole || service === undefined) return
    const text = ` failed to launch a task with (error ${error.message}).`
    this.#state.events.add(service, text)
  }

  /** A task that was asked to stop goes no further. */
  #ifWanted(): void {
    if (this.#stopRequested || this.#abandoned) {
      throw new Error('the task was stopped while it started')
    }
  }

  #now(): number {
    return this.#state.context.clock.now()
  }
}

function stopped({ containers }: TaskRecord): TaskRecord['containers'] {
  return containers.map((container) => ({ ...container, lastStatus: 'STOPPED' }))
}

/** TASK-9: what ECS says of a task that never ran. */
function startFailure(error: unknown): StopRequest {
  const text =
    error instanceof RuntimeError
      ? error.kind === 'ClientException'
        ? error.message
        : `${error.kind}: ${error.message}`
      : `CannotStartContainerError: ${error instanceof Error ? error.message : String(error)}`
  return { stopCode: 'TaskFailedToStart', reason: text }
}
