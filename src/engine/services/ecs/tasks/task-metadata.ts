import { lastPart } from '../../../../aws/arn.ts'
import type { EcsState } from '../ecs-state.ts'
import type { ContainerRecord, TaskRecord } from '../records.ts'

/** The task metadata endpoint's answers (TM2). */
export function taskMetadata(state: EcsState, task: TaskRecord): object {
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
    FaultInjectionEnabled: false,
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
    RestartCount: container?.restartCount,
  }
}

function exitOf(container: ContainerRecord | undefined): object {
  return container?.exitCode === undefined ? {} : { ExitCode: container.exitCode }
}

function time(state: EcsState, ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : state.context.clock.toWall(ms).toISOString()
}
