import type { Attachment, Container, Task, TaskDefinition } from '@aws-sdk/client-ecs'
import { lastPart } from '../../../aws/arn.ts'
import { type EcsState, tagList } from './ecs-state.ts'
import type { ContainerRecord, TaskRecord } from './records.ts'

const date = (ms: number | undefined): Date | undefined =>
  ms === undefined ? undefined : new Date(ms)

/** A task as DescribeTasks shows it; its tags when they are asked for. */
export function describeTask(
  state: EcsState,
  task: TaskRecord,
  { tags }: { tags: boolean } = { tags: true },
): Task {
  const definition = state.taskDefinitions.get(`${task.region}/${lastPart(task.taskDefinition)}`)
  return {
    taskArn: task.arn,
    clusterArn: state.clusters.get(`${task.region}/${task.cluster}`)?.arn,
    taskDefinitionArn: task.taskDefinition,
    group: task.group,
    startedBy: task.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    launchType: task.launchType,
    capacityProviderName: task.capacityProvider,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    cpu: task.overrides.cpu ?? definition?.definition.cpu,
    memory: task.overrides.memory ?? definition?.definition.memory,
    availabilityZone: task.zone,
    attachments: task.networkInterface === undefined ? [] : [attachment(task)],
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value:
          definition?.definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64',
      },
    ],
    connectivity: task.connectivityAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: date(task.connectivityAt),
    containers: task.containers.map((container) =>
      describeContainer(container, { task, definition: definition?.definition }),
    ),
    inferenceAccelerators: [],
    overrides: task.overrides,
    healthStatus: task.healthStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: task.overrides.ephemeralStorage ??
      definition?.definition.ephemeralStorage ?? { sizeInGiB: 20 },
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    createdAt: date(task.createdAt),
    pullStartedAt: date(task.pullStartedAt),
    pullStoppedAt: date(task.pullStoppedAt),
    startedAt: date(task.startedAt),
    stoppingAt: date(task.stoppingAt),
    executionStoppedAt: date(task.executionStoppedAt),
    stoppedAt: date(task.stoppedAt),
    version: task.version,
    tags: tags ? tagList(task.tags) : [],
  }
}

/** TASK-2, L10. */
function attachment({ networkInterface, lastStatus }: TaskRecord): Attachment {
  const details = {
    subnetId: networkInterface?.subnetId,
    networkInterfaceId: networkInterface?.id,
    macAddress: networkInterface?.mac,
    privateDnsName: networkInterface?.privateDnsName,
    privateIPv4Address: networkInterface?.privateIp,
  }
  return {
    id: networkInterface?.attachmentId,
    type: 'ElasticNetworkInterface',
    status:
      lastStatus === 'STOPPED'
        ? 'DELETED'
        : lastStatus === 'PROVISIONING'
          ? 'PRECREATED'
          : 'ATTACHED',
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
  }
}

function describeContainer(
  container: ContainerRecord,
  { task, definition }: { task: TaskRecord; definition: TaskDefinition | undefined },
): Container {
  const described = definition?.containerDefinitions?.find(({ name }) => name === container.name)
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.healthStatus,
    cpu: String(described?.cpu ?? 0),
    ...(described?.memory === undefined ? {} : { memory: String(described.memory) }),
    networkBindings: [],
    networkInterfaces:
      task.networkInterface === undefined
        ? []
        : [
            {
              attachmentId: task.networkInterface.attachmentId,
              privateIpv4Address: task.networkInterface.privateIp,
            },
          ],
    managedAgents: task.enableExecuteCommand
      ? [
          {
            name: 'ExecuteCommandAgent',
            lastStatus: container.lastStatus,
            lastStartedAt: date(container.startedAt),
          },
        ]
      : undefined,
  }
}
