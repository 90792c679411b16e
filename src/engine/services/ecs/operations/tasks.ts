import type {
  DescribeTasksCommandInput,
  GetTaskProtectionCommandInput,
  ListTasksCommandInput,
  RunTaskCommandInput,
  StopTaskCommandInput,
  UpdateTaskProtectionCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import type { Call, OperationTable } from '../../service.ts'
import { describeTask } from '../describe-task.ts'
import { type EcsState, missing, page, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import type { TaskRecord } from '../records.ts'
import { newTask } from '../tasks/new-task.ts'
import type { TaskSupervisor } from '../tasks/task-supervisor.ts'

const RUN_LIMIT = 10
const DESCRIBE_LIMIT = 100
const MINUTE_MS = 60_000
const DEFAULT_PROTECTION_MINUTES = 120
const MOST_PROTECTION_MINUTES = 2880

export function taskOperations(state: EcsState, supervisor: TaskSupervisor): OperationTable {
  return {
    RunTask: (input: RunTaskCommandInput, call: Call) =>
      runTask(state, supervisor, { input, call }),

    StopTask: (input: StopTaskCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const task = state.task(call.region, cluster.name, input.task ?? '')
      if (task === undefined) throw invalidParameter('The referenced task was not found.')
      supervisor.stop(task, {
        stopCode: 'UserInitiated',
        reason: input.reason ?? 'Task stopped by user',
      })
      const now = state.task(call.region, cluster.name, task.id) ?? task
      return { task: describeTask(state, now) }
    },

    DescribeTasks: (input: DescribeTasksCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const asked = input.tasks ?? []
      if (asked.length > DESCRIBE_LIMIT) throw invalidParameter('Too many tasks. Maximum is 100.')
      const found = asked.map((id) => ({ id, task: state.task(call.region, cluster.name, id) }))
      return {
        tasks: found.flatMap(({ task }) => (task === undefined ? [] : [describeTask(state, task)])),
        failures: found
          .filter(({ task }) => task === undefined)
          .map(({ id }) => missing(state.arn(call, `task/${cluster.name}/${lastPart(id)}`))),
      }
    },

    ListTasks: (input: ListTasksCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const service = input.serviceName && lastPart(input.serviceName)
      const from: Iterable<TaskRecord> = service
        ? state.tasksOf({ region: call.region, cluster: cluster.name, name: service })
        : state.tasks.values()
      const arns = [...from]
        .filter((task) => task.region === call.region && task.cluster === cluster.name)
        .filter(({ desiredStatus }) => desiredStatus === (input.desiredStatus ?? 'RUNNING'))
        .filter(({ startedBy }) => (input.startedBy ?? startedBy) === startedBy)
        .filter(({ launchType }) => (input.launchType ?? launchType) === launchType)
        .filter(({ taskDefinition }) =>
          input.family === undefined
            ? true
            : lastPart(taskDefinition).startsWith(`${input.family}:`),
        )
        .map(({ arn }) => arn)
      const { items, nextToken } = page(arns, input.nextToken, input.maxResults ?? 100)
      return { taskArns: items, nextToken }
    },
    ...protectionOperations(state),
  }
}

async function runTask(
  state: EcsState,
  supervisor: TaskSupervisor,
  { input, call }: { input: RunTaskCommandInput; call: Call },
) {
  const cluster = state.cluster(call, input.cluster)
  const definition = state.taskDefinition(call.region, input.taskDefinition ?? '')
  const count = input.count ?? 1
  if (count < 1 || count > RUN_LIMIT) throw invalidParameter('Count must be between 1 and 10.')
  const subnets = input.networkConfiguration?.awsvpcConfiguration?.subnets ?? []
  if (subnets.length === 0) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    )
  }
  const names = new Set(definition.definition.containerDefinitions?.map(({ name }) => name))
  for (const { name } of input.overrides?.containerOverrides ?? []) {
    if (!names.has(name))
      throw invalidParameter(
        `Override for container named ${name ?? ''} is not a container in the TaskDefinition.`,
      )
  }
  const repeated = [...state.tasks.values()].filter(
    ({ clientToken }) => input.clientToken !== undefined && clientToken === input.clientToken,
  )
  if (repeated.length > 0) {
    return { tasks: repeated.map((task) => describeTask(state, task)), failures: [] }
  }
  const tasks: TaskRecord[] = []
  for (let i = 0; i < count; i++) {
    const task = newTask(state, {
      cluster,
      definition,
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy,
      service: undefined,
      launchType: input.launchType ?? 'FARGATE',
      capacityProvider: input.capacityProviderStrategy?.[0]?.capacityProvider,
      network: input.networkConfiguration ?? {},
      overrides: input.overrides ?? {},
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      clientToken: input.clientToken,
      tags: {
        ...(input.propagateTags === 'TASK_DEFINITION' ? definition.tags : {}),
        ...tagRecord(input.tags),
      },
    })
    state.putTask(task)
    supervisor.launch(task)
    tasks.push(task)
  }
  return { tasks: tasks.map((task) => describeTask(state, task)), failures: [] }
}

/** DEP-15, R14: scale-in protection. */
function protectionOperations(state: EcsState): OperationTable {
  const chosen = (call: Call, cluster: string | undefined, ids: readonly string[]) =>
    ids.map((id) => state.task(call.region, state.cluster(call, cluster).name, id))
  const describe = (task: TaskRecord) => ({
    taskArn: task.arn,
    protectionEnabled: (task.protectedUntil ?? 0) > state.context.clock.now(),
    expirationDate: task.protectedUntil === undefined ? undefined : new Date(task.protectedUntil),
  })
  return {
    UpdateTaskProtection: (input: UpdateTaskProtectionCommandInput, call: Call) => {
      const minutes = input.expiresInMinutes ?? DEFAULT_PROTECTION_MINUTES
      if (minutes < 1 || minutes > MOST_PROTECTION_MINUTES) {
        throw invalidParameter('expiresInMinutes must be between 1 and 2880.')
      }
      const until = state.context.clock.now() + minutes * MINUTE_MS
      const tasks = chosen(call, input.cluster, input.tasks ?? []).flatMap((task) => task ?? [])
      for (const task of tasks) {
        state.putTask({
          ...task,
          protectedUntil: input.protectionEnabled === true ? until : undefined,
        })
      }
      const ids = tasks.map(({ id }) => id)
      return {
        protectedTasks: chosen(call, input.cluster, ids).flatMap((task) =>
          task ? [describe(task)] : [],
        ),
        failures: [],
      }
    },
    GetTaskProtection: (input: GetTaskProtectionCommandInput, call: Call) => ({
      protectedTasks: chosen(call, input.cluster, input.tasks ?? []).flatMap((task) =>
        task === undefined ? [] : [describe(task)],
      ),
      failures: [],
    }),
  }
}
