import type { ContainerDefinition, TaskStopCode } from '@aws-sdk/client-ecs'
import { taskHealth } from '../../../lifecycle/container-health.ts'
import {
  type ContainerProgress,
  startDecision,
  stopOrder,
} from '../../../lifecycle/container-order.ts'
import { checkTransition, type TaskStatus } from '../../../lifecycle/task-status.ts'
import {
  type PulledImage,
  type RunningContainer,
  RuntimeError,
  type Sandbox,
} from '../../../runtimes/runtime.ts'
import type { Binding } from '../../../network/network.ts'
import type { EcsState } from '../ecs-state.ts'
import type { ContainerRecord, TaskDefinitionRecord, TaskRecord } from '../records.ts'
import { containerSpec } from './container-plan.ts'
import { checkHealth } from './health-checker.ts'
import { type LogWriter, openLog } from './log-writer.ts'
import { createInterface, deleteInterface } from './network-interface.ts'
import { secretValues } from './secret-values.ts'
import { deregister, register } from './targets.ts'
import type { TaskIdentity } from './task-identity.ts'

const DEFAULT_STOP_SECONDS = 30
const MOST_RESTARTS_WAIT_MS = 300_000

export interface StopRequest {
  readonly stopCode: TaskStopCode
  readonly reason: string
}

/** One task from its beginning to its end: the actor that carries the life cycle out. */
export class TaskRunner {
  readonly #state: EcsState
  readonly #definition: TaskDefinitionRecord
  readonly #identity: TaskIdentity
  readonly #ending = Promise.withResolvers<StopRequest>()
  readonly #stopped = new AbortController()
  readonly #running = new Map<string, RunningContainer>()
  readonly #logs = new Map<string, LogWriter>()
  readonly #images = new Map<string, PulledImage>()
  readonly #secrets = new Map<string, Record<string, string>>()
  #task: TaskRecord
  #sandbox: Sandbox | undefined
  #binding: Binding | undefined
  #progressed = Promise.withResolvers<void>()
  #stopRequest: StopRequest | undefined

  constructor(state: EcsState, task: TaskRecord, identity: TaskIdentity) {
    this.#state = state
    this.#task = task
    this.#identity = identity
    this.#definition = state.taskDefinition(task.region, task.taskDefinition)
  }

  get sandbox(): Sandbox | undefined {
    return this.#sandbox
  }

  container(name: string): RunningContainer | undefined {
    return this.#running.get(name)
  }

  /** Asks the task to end; the first request counts. */
  stop(request: StopRequest): void {
    if (this.#stopRequest !== undefined) return
    this.#stopRequest = request
    this.#put({
      desiredStatus: 'STOPPED',
      stopCode: request.stopCode,
      stoppedReason: request.reason,
      stoppingAt: this.#now(),
    })
    this.#ending.resolve(request)
    this.#progress()
  }

  /** Resolves when the task is STOPPED; never rejects. */
  async run(): Promise<void> {
    try {
      await this.#begin()
      await this.#ending.promise
    } catch (error) {
      if (this.#stopRequest === undefined) this.stop(startFailure(error))
    }
    try {
      await this.#end()
    } catch (error) {
      this.#state.context.log.error('a task could not be cleaned up', {
        task: this.#task.id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      this.#put({ lastStatus: 'STOPPED', stoppedAt: this.#now() })
    }
  }

  async #begin(): Promise<void> {
    const { context } = this.#state
    const networkInterface = await createInterface(context, this.#task)
    this.#put({ networkInterface: networkInterface.record, zone: networkInterface.zone })
    this.#ifWanted()
    this.#move('PENDING', { connectivityAt: this.#now(), pullStartedAt: this.#now() })
    await this.#prepare()
    this.#put({ pullStoppedAt: this.#now() })
    this.#ifWanted()
    const { record } = networkInterface
    const { definition } = this.#definition
    this.#sandbox = await context.runtime.createSandbox({
      taskId: this.#task.id,
      vpcId: record.vpcId,
      privateIp: record.privateIp,
      prefixLength: record.prefixLength,
      hostname: record.privateDnsName,
      cpuUnits: Number(this.#task.overrides.cpu ?? definition.cpu ?? 256),
      memoryMiB: Number(this.#task.overrides.memory ?? definition.memory ?? 512),
      metadata: (request) => this.#identity.answer(request),
    })
    const sandbox = this.#sandbox
    this.#binding = context.network.bind(
      { vpcId: record.vpcId, ip: record.privateIp },
      { connect: (port, from) => sandbox.connect(port, from.ip) },
    )
    await this.#startContainers(sandbox)
    this.#ifWanted()
    this.#move('ACTIVATING')
    await register(this.#state, this.#task)
    this.#ifWanted()
    this.#move('RUNNING', { startedAt: this.#now() })
    this.#refreshHealth()
  }

  /** Images, secrets and log streams: what a container needs before it can be made. */
  async #prepare(): Promise<void> {
    const { context } = this.#state
    const { definition } = this.#definition
    const platform =
      definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64'
    const roleArn = this.#task.overrides.executionRoleArn ?? definition.executionRoleArn
    const calls = context.calls(this.#task.region, await this.#identity.principal(roleArn))
    await Promise.all(
      this.#containers().map(async (container) => {
        const name = container.name ?? ''
        const image = await context.runtime.pull({ uri: container.image ?? '', platform })
        this.#images.set(name, image)
        this.#putContainer(name, { imageDigest: image.digest })
        this.#secrets.set(name, await secretValues(calls, container))
        this.#logs.set(name, await openLog(context, container, this.#task.id))
      }),
    )
  }

  /** Starts containers as their conditions are met, until each has started or ended. */
  async #startContainers(sandbox: Sandbox): Promise<void> {
    const waiting = new Set(this.#containers())
    while (waiting.size > 0) {
      this.#ifWanted()
      const progressed = this.#progressed.promise
      const progress = this.#containerProgress()
      let started = false
      for (const container of waiting) {
        const decision = startDecision(container, progress)
        if (decision.kind === 'wait') continue
        if (decision.kind === 'never') {
          throw new RuntimeError('TaskDependencyError', decision.reason)
        }
        waiting.delete(container)
        await this.#startContainer(sandbox, container)
        started = true
      }
      if (!started && waiting.size > 0) await this.#someProgress(progressed, waiting)
    }
  }

  /** K3: a dependency that takes longer than its start time-out fails the task. */
  async #someProgress(
    progressed: Promise<void>,
    waiting: ReadonlySet<ContainerDefinition>,
  ): Promise<void> {
    const { clock } = this.#state.context
    const names = new Set(
      [...waiting].flatMap(({ dependsOn }) => (dependsOn ?? []).map((each) => each.containerName)),
    )
    const limits = this.#containers()
      .filter(({ name, startTimeout }) => names.has(name) && startTimeout !== undefined)
      .map(({ startTimeout = 0 }) => startTimeout)
    if (limits.length === 0) return progressed
    const late = Promise.withResolvers<never>()
    const timer = clock.after(clock.real(Math.min(...limits) * 1000), () =>
      late.reject(new RuntimeError('TaskDependencyError', 'a dependency did not start in time')),
    )
    try {
      await Promise.race([progressed, late.promise])
    } finally {
      timer.cancel()
    }
  }

  async #startContainer(sandbox: Sandbox, container: ContainerDefinition): Promise<void> {
    const name = container.name ?? ''
    const image = this.#images.get(name)
    const log = this.#logs.get(name)
    if (image === undefined) throw new Error(`no image of ${name}`)
    const running = await sandbox.start(
      containerSpec({
        task: this.#task,
        definition: this.#definition,
        container,
        image,
        secrets: this.#secrets.get(name) ?? {},
        ownEnvironment: this.#identity.environment(name),
        onOutput: (line) => log?.write(line),
      }),
    )
    this.#running.set(name, running)
    this.#putContainer(name, {
      lastStatus: 'RUNNING',
      runtimeId: running.runtimeId,
      startedAt: this.#now(),
    })
    this.#watch(container, running, sandbox)
    this.#progress()
  }

  #watch(container: ContainerDefinition, running: RunningContainer, sandbox: Sandbox): void {
    const name = container.name ?? ''
    const ended = new AbortController()
    if (container.healthCheck !== undefined) {
      void checkHealth(running, container.healthCheck, {
        clock: this.#state.context.clock,
        signal: AbortSignal.any([ended.signal, this.#stopped.signal]),
        onChange: (healthStatus) => {
          this.#putContainer(name, { healthStatus })
          this.#refreshHealth()
          this.#progress()
        },
      })
    }
    void running.exited.then((exit) => {
      ended.abort()
      this.#putContainer(name, {
        lastStatus: 'STOPPED',
        exitCode: exit.exitCode,
        ...(exit.outOfMemory
          ? { reason: 'OutOfMemoryError: Container killed due to memory usage' }
          : {}),
      })
      if (this.#restarts(container, exit.exitCode)) {
        const restartCount = (this.#containerRecord(name)?.restartCount ?? 0) + 1
        this.#putContainer(name, { restartCount, healthStatus: 'UNKNOWN' })
        this.#startContainer(sandbox, container).catch((error: unknown) =>
          this.stop(startFailure(error)),
        )
        return
      }
      if (container.essential !== false) {
        this.stop({
          stopCode: 'EssentialContainerExited',
          reason: 'Essential container in task exited',
        })
      }
      this.#progress()
    })
  }

  /** TASK-7, K7: in place, when it has run long enough and the exit code is not ignored. */
  #restarts({ name = '', restartPolicy }: ContainerDefinition, exitCode: number): boolean {
    if (restartPolicy?.enabled !== true || this.#stopRequest !== undefined) return false
    if (restartPolicy.ignoredExitCodes?.includes(exitCode) === true) return false
    const startedAt = this.#containerRecord(name)?.startedAt ?? 0
    const needed = (restartPolicy.restartAttemptPeriod ?? MOST_RESTARTS_WAIT_MS / 1000) * 1000
    return this.#now() - startedAt >= needed
  }

  async #end(): Promise<void> {
    const { context } = this.#state
    if (this.#task.lastStatus === 'ACTIVATING' || this.#task.lastStatus === 'RUNNING') {
      this.#move('DEACTIVATING')
      await deregister(this.#state, this.#task)
    }
    if (this.#task.lastStatus === 'DEACTIVATING' || this.#running.size > 0) {
      this.#move('STOPPING')
      await this.#stopContainers()
      this.#put({ executionStoppedAt: this.#now() })
    }
    this.#stopped.abort()
    this.#move('DEPROVISIONING')
    this.#binding?.release()
    await this.#sandbox?.destroy()
    for (const log of this.#logs.values()) await log.close()
    this.#secrets.clear()
    if (this.#task.networkInterface !== undefined) {
      await deleteInterface(context, this.#task)
    }
    this.#move('STOPPED', { stoppedAt: this.#now() })
  }

  /** TASK-5: SIGTERM (or the image's signal), then SIGKILL after the stop time-out, in real time. */
  async #stopContainers(): Promise<void> {
    const { clock } = this.#state.context
    for (const wave of stopOrder(this.#containers())) {
      await Promise.all(
        wave.map(async (name) => {
          const running = this.#running.get(name)
          if (running === undefined) return
          const definition = this.#containers().find((each) => each.name === name)
          const seconds = definition?.stopTimeout ?? DEFAULT_STOP_SECONDS
          running.kill(this.#images.get(name)?.config.stopSignal || 'SIGTERM')
          const timer = clock.after(clock.real(seconds * 1000), () => running.kill('SIGKILL'))
          await running.exited
          timer.cancel()
        }),
      )
    }
  }

  #containers(): readonly ContainerDefinition[] {
    return this.#definition.definition.containerDefinitions ?? []
  }

  #containerProgress(): ReadonlyMap<string, ContainerProgress> {
    return new Map(
      this.#task.containers.map(({ name, lastStatus, exitCode, healthStatus }) => [
        name,
        {
          name,
          state:
            lastStatus === 'PENDING' ? 'waiting' : lastStatus === 'RUNNING' ? 'running' : 'exited',
          exitCode,
          health: healthStatus,
        },
      ]),
    )
  }

  #refreshHealth(): void {
    const byName = new Map(this.#containers().map((container) => [container.name, container]))
    const healthStatus = taskHealth(
      this.#task.containers.map(({ name, healthStatus: health }) => ({
        essential: byName.get(name)?.essential !== false,
        checked: byName.get(name)?.healthCheck !== undefined,
        health,
      })),
    )
    if (healthStatus !== this.#task.healthStatus) this.#put({ healthStatus })
  }

  #containerRecord(name: string): ContainerRecord | undefined {
    return this.#task.containers.find((each) => each.name === name)
  }

  #putContainer(name: string, patch: Partial<ContainerRecord>): void {
    this.#put({
      containers: this.#task.containers.map((container) =>
        container.name === name ? { ...container, ...patch } : container,
      ),
    })
  }

  #move(status: TaskStatus, patch: Partial<TaskRecord> = {}): void {
    checkTransition(this.#task.lastStatus, status)
    this.#put({ ...patch, lastStatus: status })
  }

  #put(patch: Partial<TaskRecord>): void {
    // Protection and tags change by API while the task runs.
    const { protectedUntil, tags, version } =
      this.#state.task(this.#task.region, this.#task.cluster, this.#task.id) ?? this.#task
    this.#task = { ...this.#task, protectedUntil, tags, version, ...patch }
    this.#state.putTask(this.#task)
  }

  #progress(): void {
    const { resolve } = this.#progressed
    this.#progressed = Promise.withResolvers()
    resolve()
  }

  /** A task that was asked to stop goes no further. */
  #ifWanted(): void {
    if (this.#stopRequest !== undefined) throw new Error('the task was stopped while it started')
  }

  #now(): number {
    return this.#state.context.clock.now()
  }
}

/** TASK-9: what ECS says of a task that never ran. */
function startFailure(error: unknown): StopRequest {
  const text =
    error instanceof RuntimeError
      ? `${error.kind}: ${error.message}`
      : `CannotStartContainerError: ${error instanceof Error ? error.message : String(error)}`
  return { stopCode: 'TaskFailedToStart', reason: text }
}
