import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { taskHealth } from '../../../lifecycle/container-health.ts'
import {
  type ContainerProgress,
  startDecision,
  stopOrder,
} from '../../../lifecycle/container-order.ts'
import { type RunningContainer, RuntimeError, type Sandbox } from '../../../runtimes/runtime.ts'
import type { EngineContext } from '../../service.ts'
import type { TaskDefinitionRecord } from '../records.ts'
import { containerSpec } from './container-plan.ts'
import type { ContainerResources } from './container-resources.ts'
import { checkHealth } from './health-checker.ts'
import type { TaskIdentity } from './task-identity.ts'
import type { TaskKeeper } from './task-keeper.ts'

/** On the wall clock. */
const SETTLING_MS = 1000
const DEFAULT_STOP_SECONDS = 30
const DEFAULT_RESTART_SECONDS = 300

export interface TaskContainersOptions {
  readonly context: EngineContext
  readonly keeper: TaskKeeper
  readonly definition: TaskDefinitionRecord
  readonly identity: TaskIdentity
  /** An essential container has exited. */
  readonly onEssentialExit: () => void
  /** A container could not be started again. */
  readonly onFailure: (error: unknown) => void
}

/** The containers of one task: started in order, watched, restarted, stopped in reverse order. */
export class TaskContainers {
  readonly #options: TaskContainersOptions
  readonly #definitions: readonly ContainerDefinition[]
  readonly #running = new Map<string, RunningContainer>()
  readonly #stopping = new AbortController()
  #resources: ReadonlyMap<string, ContainerResources> = new Map()
  #progressed = Promise.withResolvers<void>()

  constructor(options: TaskContainersOptions) {
    this.#options = options
    this.#definitions = options.definition.definition.containerDefinitions ?? []
  }

  get(name: string): RunningContainer | undefined {
    return this.#running.get(name)
  }

  /** Whether any has been started. */
  get begun(): boolean {
    return this.#running.size > 0
  }

  /** Ends the wait for conditions: nothing more is to be started. */
  halt(): void {
    this.#stopping.abort()
    this.#progress()
  }

  /** Starts containers as their conditions are met; resolves when all are started, or at a halt. */
  async start(sandbox: Sandbox, resources: ReadonlyMap<string, ContainerResources>): Promise<void> {
    this.#resources = resources
    const { clock } = this.#options.context
    const waiting = new Set(this.#definitions)
    while (waiting.size > 0 && !this.#stopping.signal.aborted) {
      const progressed = this.#progressed.promise
      const progress = this.#containerProgress()
      const limits: number[] = []
      let started = false
      for (const container of waiting) {
        const decision = startDecision(container, progress, clock.now())
        if (decision.kind === 'never') {
          throw new RuntimeError('TaskDependencyError', decision.reason)
        }
        if (decision.kind === 'wait') {
          if (decision.untilMs !== undefined) limits.push(decision.untilMs)
          continue
        }
        waiting.delete(container)
        await this.#startOne(sandbox, container)
        started = true
        if (this.#stopping.signal.aborted) return
      }
      if (!started && waiting.size > 0) await this.#someProgress(progressed, limits)
    }
  }

  /** TASK-5: SIGTERM (or the image's signal), then SIGKILL after the stop time-out, in real time. */
  async stop(): Promise<void> {
    this.halt()
    const { clock } = this.#options.context
    for (const wave of stopOrder(this.#definitions)) {
      await Promise.all(
        wave.map(async (name) => {
          const running = this.#running.get(name)
          if (running === undefined) return
          const definition = this.#definitions.find((each) => each.name === name)
          const seconds = definition?.stopTimeout ?? DEFAULT_STOP_SECONDS
          await Promise.race([running.exited, this.#settled(name)])
          running.kill(this.#resources.get(name)?.image.config.stopSignal || 'SIGTERM')
          const timer = clock.after(clock.real(seconds * 1000), () => running.kill('SIGKILL'))
          await running.exited
          timer.cancel()
        }),
      )
    }
  }

  /**
   * A program that has just been started has no handler for signals yet, and as the first process
   * of its container it would miss one: it gets a moment.
   */
  async #settled(name: string): Promise<void> {
    const { keeper, context } = this.#options
    const { clock } = context
    const startedAt = keeper.container(name)?.startedAt ?? clock.now()
    const restMs = startedAt + clock.real(SETTLING_MS) - clock.now()
    if (restMs > 0) await clock.sleep(restMs)
  }

  /** Sends what is left of the output. */
  async closeLogs(): Promise<void> {
    await Promise.all([...this.#resources.values()].map(({ log }) => log.close()))
  }

  /** K3: waits for news, or until a dependency's start time-out is over. */
  async #someProgress(progressed: Promise<void>, limits: readonly number[]): Promise<void> {
    if (limits.length === 0) return progressed
    const { clock } = this.#options.context
    const late = Promise.withResolvers<void>()
    const timer = clock.after(Math.min(...limits) - clock.now(), late.resolve)
    await Promise.race([progressed, late.promise])
    timer.cancel()
  }

  async #startOne(sandbox: Sandbox, container: ContainerDefinition): Promise<void> {
    const { keeper, identity, context } = this.#options
    const name = container.name ?? ''
    const resources = this.#resources.get(name)
    if (resources === undefined) throw new Error(`container ${name} has no image`)
    const { image, secrets, log } = resources
    try {
      const running = await sandbox.start(
        containerSpec({
          task: keeper.task,
          container,
          image,
          secrets,
          ownEnvironment: identity.environment(name),
          onOutput: (line) => log.write(line),
        }),
      )
      this.#running.set(name, running)
      keeper.putContainer(name, {
        lastStatus: 'RUNNING',
        runtimeId: running.runtimeId,
        startedAt: context.clock.now(),
      })
      this.#watch(container, running, sandbox)
    } catch (error) {
      if (error instanceof RuntimeError) {
        keeper.putContainer(name, { reason: `${error.kind}: ${error.message}` })
      }
      throw error
    }
    this.#progress()
  }

  #watch(container: ContainerDefinition, running: RunningContainer, sandbox: Sandbox): void {
    const { keeper, context } = this.#options
    const name = container.name ?? ''
    const ended = new AbortController()
    if (container.healthCheck !== undefined) {
      void checkHealth(running, container.healthCheck, {
        clock: context.clock,
        signal: AbortSignal.any([ended.signal, this.#stopping.signal]),
        onChange: (healthStatus) => {
          keeper.putContainer(name, { healthStatus })
          this.#refreshHealth()
          this.#progress()
        },
      })
    }
    void running.exited.then((exit) => {
      ended.abort()
      keeper.putContainer(name, {
        lastStatus: 'STOPPED',
        exitCode: exit.exitCode,
        ...(exit.outOfMemory
          ? { reason: 'OutOfMemoryError: Container killed due to memory usage' }
          : {}),
      })
      if (this.#restarts(container, exit.exitCode)) {
        this.#restart(container, sandbox)
        return
      }
      if (container.essential !== false) this.#options.onEssentialExit()
      this.#progress()
    })
  }

  /** TASK-7, K7: in place, when it has run long enough and the exit code is not ignored. */
  #restarts({ name = '', restartPolicy }: ContainerDefinition, exitCode: number): boolean {
    if (restartPolicy?.enabled !== true || this.#stopping.signal.aborted) return false
    if (restartPolicy.ignoredExitCodes?.includes(exitCode) === true) return false
    const startedAt = this.#options.keeper.container(name)?.startedAt ?? 0
    const needed = (restartPolicy.restartAttemptPeriod ?? DEFAULT_RESTART_SECONDS) * 1000
    return this.#options.context.clock.now() - startedAt >= needed
  }

  #restart(container: ContainerDefinition, sandbox: Sandbox): void {
    const { keeper, onFailure } = this.#options
    const name = container.name ?? ''
    const restartCount = (keeper.container(name)?.restartCount ?? 0) + 1
    keeper.putContainer(name, { restartCount, healthStatus: 'UNKNOWN', exitCode: undefined })
    this.#startOne(sandbox, container).catch(onFailure)
  }

  #containerProgress(): ReadonlyMap<string, ContainerProgress> {
    const { clock } = this.#options.context
    return new Map(
      this.#options.keeper.task.containers.map((record) => {
        const { name, lastStatus, exitCode, healthStatus, startedAt } = record
        const seconds = this.#definitions.find((each) => each.name === name)?.startTimeout
        const progress: ContainerProgress = {
          name,
          state:
            lastStatus === 'PENDING' ? 'waiting' : lastStatus === 'RUNNING' ? 'running' : 'exited',
          exitCode,
          health: healthStatus,
          limitAt:
            seconds === undefined || startedAt === undefined
              ? undefined
              : startedAt + clock.real(seconds * 1000),
        }
        return [name, progress]
      }),
    )
  }

  #refreshHealth(): void {
    const { keeper } = this.#options
    const byName = new Map(this.#definitions.map((container) => [container.name, container]))
    const healthStatus = taskHealth(
      keeper.task.containers.map(({ name, healthStatus: health }) => ({
        essential: byName.get(name)?.essential !== false,
        checked: byName.get(name)?.healthCheck !== undefined,
        health,
      })),
    )
    if (healthStatus !== keeper.task.healthStatus) keeper.put({ healthStatus })
  }

  #progress(): void {
    const { resolve } = this.#progressed
    this.#progressed = Promise.withResolvers()
    resolve()
  }
}
