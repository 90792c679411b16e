import type {
  DescribeTasksCommandInput,
  ListTasksCommandInput,
  RunTaskCommandInput,
  StopTaskCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import { AwsError } from '../../../aws-error.ts'
import { chooseProviders, spread } from '../../../scheduler/placement.ts'
import type { Call, OperationTable } from '../../service.ts'
import { placesOf } from '../deployments/places.ts'
import { describeTask } from '../describe-task.ts'
import { type EcsState, missing, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { launchChoice } from '../launch-choice.ts'
import { page } from '../page.ts'
import type { ClusterRecord, TaskDefinitionRecord, TaskRecord } from '../records.ts'
import { checkLaunchable, requiredSubnets } from '../services/check-service.ts'
import { newTask } from '../tasks/new-task.ts'
import type { TaskSupervisor } from '../tasks/task-supervisor.ts'

const RUN_LIMIT = 10
const DESCRIBE_LIMIT = 100
const MOST_OVERRIDE_CHARACTERS = 8192
const MOST_STARTED_BY_CHARACTERS = 128

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
      if (asked.length === 0) throw invalidParameter('Tasks cannot be empty.')
      if (asked.length > DESCRIBE_LIMIT) throw invalidParameter('Tasks can have at most 100 items.')
      const tags = input.include?.includes('TAGS') === true
      const found = asked.map((id) => ({ id, task: state.task(call.region, cluster.name, id) }))
      return {
        tasks: found.flatMap(({ task }) =>
          task === undefined ? [] : [describeTask(state, task, { tags })],
        ),
        failures: found
          .filter(({ task }) => task === undefined)
          .map(({ id }) => missing(state.arn(call, `task/${cluster.name}/${lastPart(id)}`))),
      }
    },

    ListTasks: (input: ListTasksCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const arns = tasksFor(state, cluster, input)
        .filter(({ desiredStatus }) => desiredStatus === (input.desiredStatus ?? 'RUNNING'))
        .filter(({ startedBy }) => (input.startedBy ?? startedBy) === startedBy)
        .filter(({ launchType }) => (input.launchType ?? launchType) === launchType)
        .filter(({ taskDefinition }) =>
          input.family === undefined
            ? true
            : lastPart(taskDefinition).startsWith(`${input.family}:`),
        )
        .map(({ arn }) => arn)
      const { items, nextToken } = page(arns, input)
      return { taskArns: items, nextToken }
    },
  }
}

function tasksFor(
  state: EcsState,
  cluster: ClusterRecord,
  { serviceName }: ListTasksCommandInput,
): TaskRecord[] {
  if (serviceName === undefined) return state.tasksIn(cluster)
  const service = state.service(cluster, serviceName)
  return state.tasksOf(service)
}

async function runTask(
  state: EcsState,
  supervisor: TaskSupervisor,
  { input, call }: { input: RunTaskCommandInput; call: Call },
) {
  const cluster = state.cluster(call, input.cluster)
  const definition = state.taskDefinition(call.region, input.taskDefinition ?? '')
  const count = input.count ?? 1
  checkRun(input, definition, count)
  const { strategy } = launchChoice(cluster, input)
  const places = await placesOf(state, call, requiredSubnets(input))
  const repeated = repeatedRun(state, cluster, { input, definition, count })
  if (repeated !== undefined) {
    return { tasks: repeated.map((task) => describeTask(state, task)), failures: [] }
  }
  const providers = chooseProviders(strategy, [], count)
  const chosen = spread(places, [], count)
  const tasks = chosen.map((place, i) => {
    const task = newTask(state, {
      cluster,
      definition,
      place,
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy,
      service: undefined,
      launchType: 'FARGATE',
      capacityProvider: providers[i],
      network: input.networkConfiguration ?? {},
      overrides: input.overrides ?? {},
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      clientToken: input.clientToken,
      tags: tagsOf(input, cluster, definition),
    })
    state.putTask(task)
    supervisor.launch(task)
    return task
  })
  return { tasks: tasks.map((task) => describeTask(state, task)), failures: [] }
}

/** L8, TASK-14, TASK-16. */
function checkRun(input: RunTaskCommandInput, record: TaskDefinitionRecord, count: number): void {
  checkLaunchable(record)
  if (count < 1 || count > RUN_LIMIT) {
    throw invalidParameter(`Task count must be between 1 and ${RUN_LIMIT}.`)
  }
  if ((input.startedBy ?? '').length > MOST_STARTED_BY_CHARACTERS) {
    throw invalidParameter('startedBy can have at most 128 characters.')
  }
  const { containerOverrides = [] } = input.overrides ?? {}
  if (JSON.stringify(input.overrides ?? {}).length > MOST_OVERRIDE_CHARACTERS) {
    throw invalidParameter('Container Overrides length must be at most 8192')
  }
  const names = new Set(record.definition.containerDefinitions?.map(({ name }) => name))
  const unknown = containerOverrides.find(({ name }) => !names.has(name))
  if (unknown === undefined) return
  throw invalidParameter(
    `Override for container named ${unknown.name ?? ''} is not a container in the TaskDefinition.`,
  )
}

/** L8: the tasks of an earlier call with the same token. Throws when it asked for other things. */
function repeatedRun(
  state: EcsState,
  cluster: ClusterRecord,
  of: { input: RunTaskCommandInput; definition: TaskDefinitionRecord; count: number },
): TaskRecord[] | undefined {
  const { clientToken } = of.input
  if (clientToken === undefined) return undefined
  const tasks = state.tasksOfToken(cluster, clientToken)
  const [first] = tasks
  if (first === undefined) return undefined
  const same =
    tasks.length === of.count &&
    first.taskDefinition === of.definition.arn &&
    first.startedBy === of.input.startedBy
  if (same) return tasks
  throw new AwsError(
    'ConflictException',
    'The client token was used before with other parameters.',
    { members: { resourceIds: tasks.map(({ arn }) => arn) } },
  )
}

function tagsOf(
  input: RunTaskCommandInput,
  cluster: ClusterRecord,
  definition: TaskDefinitionRecord,
): Record<string, string> {
  return {
    ...(input.propagateTags === 'TASK_DEFINITION' ? definition.tags : {}),
    ...tagRecord(input.tags),
    ...(input.enableECSManagedTags === true ? { 'aws:ecs:clusterName': cluster.name } : {}),
  }
}
