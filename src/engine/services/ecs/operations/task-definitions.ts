import type {
  ContainerDefinition,
  DeleteTaskDefinitionsCommandInput,
  DeregisterTaskDefinitionCommandInput,
  DescribeTaskDefinitionCommandInput,
  ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionsCommandInput,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import type { Call, OperationTable } from '../../service.ts'
import { checkTaskDefinition, cpuUnits, memoryMiB } from '../check-task-definition.ts'
import { type EcsState, missing, tagList, tagRecord } from '../ecs-state.ts'
import { page } from '../page.ts'
import type { TaskDefinitionRecord } from '../records.ts'

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
    DeleteTaskDefinitions: (input: DeleteTaskDefinitionsCommandInput, call: Call) => {
      const deleted: TaskDefinition[] = []
      const failures = []
      for (const reference of input.taskDefinitions ?? []) {
        const record = state.taskDefinition(call.region, reference)
        if (record.status === 'ACTIVE') {
          failures.push({
            ...missing(record.arn),
            reason:
              'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
          })
          continue
        }
        state.taskDefinitions.delete(`${record.region}/${record.family}:${record.revision}`)
        deleted.push(describeTaskDefinition({ ...record, status: 'DELETE_IN_PROGRESS' }))
      }
      return { taskDefinitions: deleted, failures }
    },
  }
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
      cpu: String(cpuUnits(input.cpu)),
      memory: String(memoryMiB(input.memory)),
      networkMode: 'awsvpc',
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      compatibilities: ['EC2', 'FARGATE'],
      requiresCompatibilities: input.requiresCompatibilities ?? ['FARGATE'],
      registeredBy: call.principalArn,
    },
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
