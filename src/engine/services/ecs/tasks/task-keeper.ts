import { checkTransition, type TaskStatus } from '../../../lifecycle/task-status.ts'
import type { EcsState } from '../ecs-state.ts'
import type { ContainerRecord, TaskRecord } from '../records.ts'

/**
 * Keeps the record of one task, one legal step at a time. Others write to the record too (tags,
 * protection), so every change builds on what is stored.
 */
export class TaskKeeper {
  readonly #state: EcsState
  #latest: TaskRecord
  #given = false

  constructor(state: EcsState, task: TaskRecord) {
    this.#state = state
    this.#latest = task
  }

  get task(): TaskRecord {
    const { region, cluster, id } = this.#latest
    return this.#state.task(region, cluster, id) ?? this.#latest
  }

  /** From now on the record stays as it is: the engine ends, and its successor finds it so. */
  giveUp(): void {
    this.#given = true
  }

  put(patch: Partial<TaskRecord>): void {
    this.#latest = { ...this.task, ...patch }
    if (!this.#given) this.#state.putTask(this.#latest)
  }

  /** Throws when the task may not go there from where it is. */
  move(status: TaskStatus, patch: Partial<TaskRecord> = {}): void {
    checkTransition(this.task.lastStatus, status)
    this.put({ ...patch, lastStatus: status })
  }

  container(name: string): ContainerRecord | undefined {
    return this.task.containers.find((each) => each.name === name)
  }

  putContainer(name: string, patch: Partial<ContainerRecord>): void {
    this.put({
      containers: this.task.containers.map((container) =>
        container.name === name ? { ...container, ...patch } : container,
      ),
    })
  }
}
