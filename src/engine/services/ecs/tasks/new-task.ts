import type { LaunchType, NetworkConfiguration, TaskOverride } from '@aws-sdk/client-ecs'
import type { EcsState } from '../ecs-state.ts'
import type { Place } from '../../../scheduler/placement.ts'
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from '../records.ts'

const ID_BYTES = 16

export interface NewTask {
  readonly cluster: ClusterRecord
  readonly definition: TaskDefinitionRecord
  readonly group: string
  readonly startedBy: string | undefined
  readonly service: string | undefined
  readonly launchType: LaunchType
  readonly capacityProvider: string | undefined
  readonly network: NetworkConfiguration
  readonly place: Place
  readonly overrides: TaskOverride
  readonly enableExecuteCommand: boolean
  readonly clientToken: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** A task at its very beginning. */
export function newTask(state: EcsState, wanted: NewTask): TaskRecord {
  const { cluster, definition } = wanted
  const { random, clock, accountId } = state.context
  const id = random.hex(ID_BYTES)
  const at = { region: cluster.region, accountId }
  return {
    region: cluster.region,
    cluster: cluster.name,
    id,
    arn: state.arn(at, `task/${cluster.name}/${id}`),
    taskDefinition: definition.arn,
    group: wanted.group,
    startedBy: wanted.startedBy,
    service: wanted.service,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    launchType: wanted.launchType,
    capacityProvider: wanted.capacityProvider,
    platformVersion: '1.4.0',
    zone: wanted.place.zone,
    network: wanted.network,
    subnetId: wanted.place.subnetId,
    healthyAt: undefined,
    networkInterface: undefined,
    overrides: { containerOverrides: [], ...wanted.overrides },
    containers: (definition.definition.containerDefinitions ?? []).map((container) => ({
      name: container.name ?? '',
      arn: state.arn(at, `container/${cluster.name}/${id}/${random.hex(ID_BYTES)}`),
      image: container.image ?? '',
      imageDigest: undefined,
      runtimeId: undefined,
      lastStatus: 'PENDING',
      exitCode: undefined,
      reason: undefined,
      healthStatus: 'UNKNOWN',
      startedAt: undefined,
      restartCount: 0,
    })),
    healthStatus: 'UNKNOWN',
    enableExecuteCommand: wanted.enableExecuteCommand,
    stopCode: undefined,
    stoppedReason: undefined,
    createdAt: clock.now(),
    pullStartedAt: undefined,
    pullStoppedAt: undefined,
    connectivityAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
    protectedUntil: undefined,
    version: 0,
    clientToken: wanted.clientToken,
    tags: wanted.tags,
  }
}

/** The tags of a service's task, ECS's own included when they are asked for. */
export function tagsOfServiceTask(
  service: ServiceRecord,
  definition: TaskDefinitionRecord,
): Readonly<Record<string, string>> {
  const propagated =
    service.propagateTags === 'SERVICE'
      ? service.tags
      : service.propagateTags === 'TASK_DEFINITION'
        ? definition.tags
        : {}
  return service.enableECSManagedTags
    ? {
        ...propagated,
        'aws:ecs:clusterName': service.cluster,
        'aws:ecs:serviceName': service.name,
      }
    : propagated
}
