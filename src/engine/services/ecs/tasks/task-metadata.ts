import { lastPart } from '../../../../aws/arn.ts'
import type { ContainerStats } from '../../../runtimes/runtime.ts'
import type { EcsState } from '../ecs-state.ts'
import type { ContainerRecord, TaskRecord } from '../records.ts'

/** Nanoseconds of a millisecond. */
const NANOSECONDS = 1_000_000

/** The task metadata endpoint's answers (TM2). */
export function taskMetadata(
  state: EcsState,
  task: TaskRecord,
  { tags }: { tags: boolean },
): object {
  const { definition, family, revision } = state.taskDefinition(task.region, task.taskDefinition)
  return {
    Cluster: state.clusters.get(`${task.region}/${task.cluster}`)?.arn ?? task.cluster,
    TaskARN: task.arn,
    Family: family,
    Revision: String(revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: Number(definition.cpu) / 1024, Memory: Number(definition.memory) },
    PullStartedAt: time(state, task.pullStartedAt),
    PullStoppedAt: time(state, task.pullStoppedAt),
    AvailabilityZone: task.zone,
    LaunchType: 'FARGATE',
    VPCID: task.networkInterface?.vpcId,
    ...(task.service === undefined ? {} : { ServiceName: task.service }),
    Containers: task.containers.map(({ name }) => containerMetadata(state, task, name)),
    EphemeralStorageMetrics: {
      Utilized: 0,
      Reserved: (definition.ephemeralStorage?.sizeInGiB ?? 20) * 1024,
    },
    FaultInjectionEnabled: false,
    ...(tags ? { TaskTags: task.tags } : {}),
  }
}

export function containerMetadata(state: EcsState, task: TaskRecord, name: string): object {
  const container = task.containers.find((each) => each.name === name)
  const { definition, family, revision } = state.taskDefinition(task.region, task.taskDefinition)
  const described = definition.containerDefinitions?.find((each) => each.name === name)
  const { networkInterface } = task
  return {
    DockerId: container?.runtimeId,
    Name: name,
    DockerName: name,
    Image: container?.image,
    ImageID: container?.imageDigest,
    Labels: {
      'com.amazonaws.ecs.cluster': task.cluster,
      'com.amazonaws.ecs.container-name': name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': family,
      'com.amazonaws.ecs.task-definition-version': String(revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container?.lastStatus,
    Limits: { CPU: described?.cpu ?? 0, Memory: described?.memory },
    StartedAt: time(state, container?.startedAt),
    Type: 'NORMAL',
    ContainerARN: container?.arn,
    ...exitOf(container),
    LogDriver: described?.logConfiguration?.logDriver,
    LogOptions: {
      ...described?.logConfiguration?.options,
      'awslogs-stream': `${described?.logConfiguration?.options?.['awslogs-stream-prefix'] ?? ''}/${name}/${lastPart(task.arn)}`,
    },
    Networks: [
      {
        NetworkMode: 'awsvpc',
        IPv4Addresses: networkInterface === undefined ? [] : [networkInterface.privateIp],
        AttachmentIndex: 0,
        MACAddress: networkInterface?.mac,
        PrivateDNSName: networkInterface?.privateDnsName,
      },
    ],
    ...(described?.healthCheck === undefined
      ? {}
      : { Health: { status: container?.healthStatus } }),
    RestartCount: container?.restartCount,
  }
}

export interface StatsSample {
  readonly containers: readonly ContainerStats[]
  /** When it was read, ISO 8601. */
  readonly read: string
}

/** TM3: a container's figures in the shape of Docker's stats. Undefined before it has any. */
export function containerStats(
  task: TaskRecord,
  { containers, read }: StatsSample,
  name: string,
): object | undefined {
  const stats = containers.find((each) => each.name === name)
  const id = task.containers.find((each) => each.name === name)?.runtimeId
  if (stats === undefined) return undefined
  return {
    id,
    name,
    read,
    cpu_stats: { cpu_usage: { total_usage: Math.round(stats.cpuMs * NANOSECONDS) } },
    memory_stats: { usage: stats.memoryBytes },
    networks: { eth1: { rx_bytes: stats.rxBytes, tx_bytes: stats.txBytes } },
  }
}

/** The figures of all containers, by their runtime's ids. */
export function taskStats(task: TaskRecord, sample: StatsSample): object {
  return Object.fromEntries(
    task.containers.map(({ name, runtimeId }) => [
      runtimeId ?? name,
      containerStats(task, sample, name) ?? null,
    ]),
  )
}

function exitOf(container: ContainerRecord | undefined): object {
  return container?.exitCode === undefined ? {} : { ExitCode: container.exitCode }
}

function time(state: EcsState, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : state.context.clock.toWall(ms).toISOString()
}
