import type { RunningContainer, Sandbox } from '../../../runtimes/runtime.ts'
import type { EcsState } from '../ecs-state.ts'
import type { TaskRecord } from '../records.ts'
import { deleteInterface } from './network-interface.ts'
import { type StopRequest, TaskRunner } from './task-runner.ts'
import type { TargetWatch } from './target-watch.ts'
import { leaveTargets } from './targets.ts'

/** R15: a stopped task is described for an hour. */
const REMEMBERED_MS = 3_600_000
const SWEEP_MS = 600_000

/** Keeps a runner for every task that is not STOPPED. */
export class TaskSupervisor {
  readonly #state: EcsState
  readonly #watch: TargetWatch
  readonly #runners = new Map<string, TaskRunner>()
  readonly #stopping = new AbortController()

  constructor(state: EcsState, watch: TargetWatch) {
    this.#state = state
    this.#watch = watch
  }

  launch(task: TaskRecord): void {
    const runner = new TaskRunner(this.#state, task, this.#watch)
    this.#runners.set(task.id, runner)
    void runner.run().finally(() => this.#runners.delete(task.id))
  }

  stop(task: TaskRecord, request: StopRequest): void {
    this.#runners.get(task.id)?.stop(request)
  }

  sandbox(taskId: string): Sandbox | undefined {
    return this.#runners.get(taskId)?.sandbox
  }

  container(taskId: string, name: string): RunningContainer | undefined {
    return this.#runners.get(taskId)?.container(name)
  }

  /**
   * After a restart: what an earlier engine ran is gone with it (its runtime tied it to its life),
   * and says so; services replace their tasks.
   */
  async recover(): Promise<void> {
    const lost = [...this.#state.tasks.values()].filter(
      ({ lastStatus }) => lastStatus !== 'STOPPED',
    )
    for (const task of lost) {
      await leaveTargets(this.#state, task)
      await deleteInterface(this.#state.context, task)
      const now = this.#state.context.clock.now()
      this.#state.putTask({
        ...task,
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: task.stopCode ?? 'TerminationNotice',
        stoppedReason: task.stoppedReason ?? 'The engine that ran the task was ended.',
        stoppingAt: task.stoppingAt ?? now,
        executionStoppedAt: task.executionStoppedAt ?? now,
        stoppedAt: now,
        containers: task.containers.map((container) => ({
          ...container,
          lastStatus: 'STOPPED',
          exitCode: container.lastStatus === 'RUNNING' ? 137 : container.exitCode,
        })),
      })
    }
  }

  /** Forgets old stopped tasks, and what hung on them, from time to time. */
  async forgetOld(): Promise<void> {
    const { clock } = this.#state.context
    for (;;) {
      try {
        await clock.sleep(SWEEP_MS, this.#stopping.signal)
      } catch {
        return
      }
      // Real hours: people look for what happened, whatever the pace.
      const oldest = clock.now() - clock.real(REMEMBERED_MS)
      for (const [key, task] of this.#state.tasks.entries()) {
        if (task.lastStatus === 'STOPPED' && (task.stoppedAt ?? 0) < oldest) {
          this.#state.tasks.delete(key)
        }
      }
      this.#state.forgetDeletedDefinitions()
      this.#state.history.sweep()
    }
  }

  /** Ends every task at once, as the engine stops; their records stay as they are. */
  async close(): Promise<void> {
    this.#stopping.abort()
    this.#watch.close()
    await Promise.all([...this.#runners.values()].map((runner) => runner.abandon()))
  }
}
