import type {
  Failure,
  GetTaskProtectionCommandInput,
  ProtectedTask,
  UpdateTaskProtectionCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, missing } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import type { TaskRecord } from '../records.ts'
import type { ServiceScheduler } from '../service-scheduler.ts'

const MINUTE_MS = 60_000
const DEFAULT_MINUTES = 120
const MOST_MINUTES = 2880
const MOST_TASKS = 10

/** Task scale-in protection (DEP-15, R14). */
export function protectionOperations(state: EcsState, scheduler: ServiceScheduler): OperationTable {
  return {
    UpdateTaskProtection: (input: UpdateTaskProtectionCommandInput, call: Call) => {
      const minutes = input.expiresInMinutes ?? DEFAULT_MINUTES
      if (minutes < 1 || minutes > MOST_MINUTES) {
        throw invalidParameter('expiresInMinutes must be between 1 and 2880.')
      }
      if ((input.tasks ?? []).length > MOST_TASKS) {
        throw invalidParameter(`Tasks can have at most ${MOST_TASKS} items.`)
      }
      const until = state.context.clock.now() + minutes * MINUTE_MS
      const protectedUntil = input.protectionEnabled === true ? until : undefined
      const { tasks, failures } = chosen(state, call, input)
      const changed = tasks.map((task): TaskRecord => ({ ...task, protectedUntil }))
      for (const task of changed) {
        state.putTask(task)
        scheduler.wake({ ...task, name: task.service ?? '' })
      }
      return { protectedTasks: changed.map((task) => describe(state, task)), failures }
    },
    GetTaskProtection: (input: GetTaskProtectionCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const all = state.tasksIn(cluster).filter(({ service }) => service !== undefined)
      const { tasks, failures } =
        input.tasks === undefined ? { tasks: all, failures: [] } : chosen(state, call, input)
      return { protectedTasks: tasks.map((task) => describe(state, task)), failures }
    },
  }
}

function chosen(
  state: EcsState,
  call: Call,
  { cluster, tasks: asked }: { cluster?: string | undefined; tasks?: string[] | undefined },
): { tasks: TaskRecord[]; failures: Failure[] } {
  const { name } = state.cluster(call, cluster)
  const tasks: TaskRecord[] = []
  const failures: Failure[] = []
  for (const id of asked ?? []) {
    const task = state.task(call.region, name, id)
    const arn = state.arn(call, `task/${name}/${lastPart(id)}`)
    if (task === undefined) failures.push(missing(arn))
    else if (task.service === undefined) failures.push({ arn, reason: 'TASK_NOT_VALID' })
    else if (task.lastStatus === 'STOPPED') failures.push({ arn, reason: 'TASK_NOT_VALID' })
    else tasks.push(task)
  }
  return { tasks, failures }
}

function describe(state: EcsState, { arn, protectedUntil }: TaskRecord): ProtectedTask {
  const enabled = (protectedUntil ?? 0) > state.context.clock.now()
  return {
    taskArn: arn,
    protectionEnabled: enabled,
    ...(enabled && protectedUntil !== undefined
      ? { expirationDate: new Date(protectedUntil) }
      : {}),
  }
}
