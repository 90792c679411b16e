import type { NetworkConfiguration, TaskOverride } from '@aws-sdk/client-ecs'
import type { EcsState } from '../ecs-state.ts'
import type { ClusterRecord, TaskDefinitionRecord, TaskRecord } from '../records.ts'

const ID_BYTES = 16

export interface NewTask {
  readonly cluster: ClusterRecord
  readonly definition: TaskDefinitionRecord
  readonly group: string
  readonly startedBy: string | undefined
  readonly service: string | undefined
  readonly launchType: string
  readonly capacityProvider: string | undefined
  readonly network: NetworkConfiguration
  readonly overrides: TaskOverride
  readonly enableExecuteCommand: boolean
  readonly clientToken: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** A task at its very beginning. Its zone is told when its network interface is made. */
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
    zone: '',
    network: wanted.network,
    subnetId: placement(state, wanted),
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

/** R11: the subnet with the fewest tasks of the same group; the first of them. */
function placement(state: EcsState, { cluster, group, network }: NewTask): string {
  const counts = new Map((network.awsvpcConfiguration?.subnets ?? []).map((id) => [id, 0]))
  for (const task of state.tasks.values()) {
    if (task.cluster !== cluster.name || task.group !== group) continue
    const count = counts.get(task.subnetId)
    if (task.desiredStatus === 'RUNNING' && count !== undefined)
      counts.set(task.subnetId, count + 1)
  }
  const [least] = [...counts].sort(([, a], [, b]) => a - b)
  return least?.[0] ?? ''
}
