import type {
  ContainerDefinition,
  DeleteTaskDefinitionsCommandInput,
  DeregisterTaskDefinitionCommandInput,
  DescribeTaskDefinitionCommandInput,
  Failure,
  ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionsCommandInput,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import type { Call, OperationTable } from '../../service.ts'
import { AwsError } from '../../../aws-error.ts'
import { type EcsState, missing, tagList, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { page } from '../page.ts'
import type { TaskDefinitionRecord } from '../records.ts'
import { checkFargate } from '../task-definitions/check-fargate.ts'
import { checkTaskDefinition } from '../task-definitions/check-task-definition.ts'
import { cpuUnits, memoryMiB } from '../task-definitions/task-size.ts'

const DELETE_LIMIT = 10

export function taskDefinitionOperations(state: EcsState): OperationTable {
  const put = (record: TaskDefinitionRecord): void =>
    state.taskDefinitions.put(`${record.region}/${record.family}:${record.revision}`, record)
  return {
    RegisterTaskDefinition: (input: RegisterTaskDefinitionCommandInput, call: Call) => {
      checkTaskDefinition(input)
      const family = input.family ?? ''
      const revision = (state.families.get(`${call.region}/${family}`)?.lastRevision ?? 0) + 1
      state.families.put(`${call.region}/${family}`, { lastRevision: revision })
      const record = newRecord(state, input, { call, revision })
      put(record)
      return { taskDefinition: describeTaskDefinition(record), tags: tagList(record.tags) }
    },
    DescribeTaskDefinition: (input: DescribeTaskDefinitionCommandInput, call: Call) => {
      const record = state.taskDefinition(call.region, input.taskDefinition ?? '')
      return {
        taskDefinition: describeTaskDefinition(record),
        ...(input.include?.includes('TAGS') ? { tags: tagList(record.tags) } : {}),
      }
    },
    ...listOperations(state),
    DeregisterTaskDefinition: (input: DeregisterTaskDefinitionCommandInput, call: Call) => {
      const record = state.taskDefinition(call.region, input.taskDefinition ?? '')
      const inactive: TaskDefinitionRecord = {
        ...record,
        status: 'INACTIVE',
        deregisteredAt: state.context.clock.now(),
      }
      put(inactive)
      return { taskDefinition: describeTaskDefinition(inactive) }
    },
    DeleteTaskDefinitions: (input: DeleteTaskDefinitionsCommandInput, call: Call) =>
      deleteTaskDefinitions(state, input, call),
  }
}

/** TASK-16: what is still in use goes when it is not any more. */
function deleteTaskDefinitions(
  state: EcsState,
  { taskDefinitions: asked = [] }: DeleteTaskDefinitionsCommandInput,
  call: Call,
) {
  if (asked.length > DELETE_LIMIT) {
    throw invalidParameter(`taskDefinitions can have at most ${DELETE_LIMIT} items.`)
  }
  const taskDefinitions: TaskDefinition[] = []
  const failures: Failure[] = []
  for (const reference of asked) {
    const record = state.findTaskDefinition(call.region, reference)
    if (record === undefined) {
      failures.push(missing(reference))
    } else if (record.status === 'ACTIVE') {
      failures.push({
        arn: record.arn,
        reason:
          'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      })
    } else {
      const deleting: TaskDefinitionRecord = { ...record, status: 'DELETE_IN_PROGRESS' }
      state.taskDefinitions.put(`${record.region}/${record.family}:${record.revision}`, deleting)
      taskDefinitions.push(describeTaskDefinition(deleting))
    }
  }
  state.forgetDeletedDefinitions()
  return { taskDefinitions, failures }
}

function listOperations(state: EcsState): OperationTable {
  return {
    ListTaskDefinitions: (input: ListTaskDefinitionsCommandInput, call: Call) => {
      const found = [...state.taskDefinitions.values()]
        .filter(({ region }) => region === call.region)
        .filter(({ family }) => (input.familyPrefix ?? family) === family)
        .filter(({ status }) => status === (input.status ?? 'ACTIVE'))
        .map(({ arn }) => arn)
      if (input.sort === 'DESC') found.reverse()
      const { items, nextToken } = page(found, input)
      return { taskDefinitionArns: items, nextToken }
    },
    ListTaskDefinitionFamilies: (input: ListTaskDefinitionFamiliesCommandInput, call: Call) => {
      const wanted = input.status ?? 'ACTIVE'
      const names = new Set(
        [...state.taskDefinitions.values()]
          .filter(({ region }) => region === call.region)
          .filter(({ status }) => wanted === 'ALL' || status === wanted)
          .map(({ family }) => family)
          .filter((family) => family.startsWith(input.familyPrefix ?? '')),
      )
      const { items, nextToken } = page([...names].sort(), input)
      return { families: items, nextToken }
    },
  }
}

function newRecord(
  state: EcsState,
  input: RegisterTaskDefinitionCommandInput,
  { call, revision }: { call: Call; revision: number },
): TaskDefinitionRecord {
  const { tags, containerDefinitions, ...rest } = input
  const family = input.family ?? ''
  const arn = state.arn(call, `task-definition/${family}:${revision}`)
  const isFargate = fitsFargate(input)
  return {
    region: call.region,
    arn,
    family,
    revision,
    status: 'ACTIVE',
    registeredAt: state.context.clock.now(),
    deregisteredAt: undefined,
    tags: tagRecord(tags),
    definition: {
      ...rest,
      taskDefinitionArn: arn,
      revision,
      containerDefinitions: (containerDefinitions ?? []).map(withDefaults),
      ...(input.cpu === undefined ? {} : { cpu: String(cpuUnits(input.cpu)) }),
      ...(input.memory === undefined ? {} : { memory: String(memoryMiB(input.memory)) }),
      networkMode: input.networkMode ?? (isFargate ? 'awsvpc' : 'bridge'),
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      compatibilities: isFargate ? ['EC2', 'FARGATE'] : ['EC2'],
      ...(input.requiresCompatibilities === undefined
        ? {}
        : { requiresCompatibilities: input.requiresCompatibilities }),
      registeredBy: call.principalArn,
    },
  }
}

/** Whether it could run on Fargate, also when it does not require it. */
function fitsFargate(input: RegisterTaskDefinitionCommandInput): boolean {
  if (input.networkMode !== 'awsvpc' && input.requiresCompatibilities === undefined) return false
  try {
    checkFargate(input)
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

function withDefaults(container: ContainerDefinition): ContainerDefinition {
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? mapping.containerPort,
      protocol: mapping.protocol ?? 'tcp',
    })),
    ...(container.healthCheck === undefined
      ? {}
      : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...container.healthCheck } }),
  }
}

export function describeTaskDefinition(record: TaskDefinitionRecord): TaskDefinition {
  return {
    ...record.definition,
    status: record.status,
    registeredAt: new Date(record.registeredAt),
    ...(record.deregisteredAt === undefined
      ? {}
      : { deregisteredAt: new Date(record.deregisteredAt) }),
  }
}
