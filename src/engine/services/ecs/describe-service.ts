import type { Deployment, Service } from '@aws-sdk/client-ecs'
import { isPending } from '../../lifecycle/task-status.ts'
import { type EcsState, tagList } from './ecs-state.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts'

/** A service as DescribeServices shows it; its tags when they are asked for. */
export function describeService(
  state: EcsState,
  service: ServiceRecord,
  { tags }: { tags: boolean } = { tags: true },
): Service {
  const tasks = state.tasksOf(service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  const primary = service.deployments[0]
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: state.clusters.get(`${service.region}/${service.cluster}`)?.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running(tasks),
    pendingCount: pending(tasks),
    launchType: primary?.launchType,
    capacityProviderStrategy:
      primary === undefined || primary.strategy.length === 0 ? undefined : [...primary.strategy],
    platformVersion: primary?.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: primary?.taskDefinition,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment, i) =>
      describeDeployment(deployment, { service, tasks, primary: i === 0 }),
    ),
    networkConfiguration: primary?.network,
    loadBalancers: [...(primary?.loadBalancers ?? [])],
    serviceRegistries: [],
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    placementConstraints: [],
    placementStrategy: [],
    roleArn: `arn:aws:iam::${state.context.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: state.events
      .of(service)
      .map(({ id, at, message }) => ({ id, createdAt: new Date(at), message })),
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    ...(tags ? { tags: tagList(service.tags) } : {}),
  }
}

function describeDeployment(
  deployment: DeploymentRecord,
  {
    service,
    tasks,
    primary,
  }: { service: ServiceRecord; tasks: readonly TaskRecord[]; primary: boolean },
): Deployment {
  const mine = tasks.filter(({ startedBy }) => startedBy === deployment.id)
  return {
    id: deployment.id,
    status: primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinition,
    desiredCount: primary
      ? service.desiredCount
      : mine.filter((t) => t.desiredStatus === 'RUNNING').length,
    runningCount: running(mine),
    pendingCount: pending(mine),
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    launchType: deployment.launchType,
    capacityProviderStrategy:
      deployment.strategy.length === 0 ? undefined : [...deployment.strategy],
    platformVersion: deployment.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: deployment.network,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  }
}

/** Tasks whose containers run and which are meant to. */
function running(tasks: readonly TaskRecord[]): number {
  return tasks.filter((task) => task.lastStatus === 'RUNNING').length
}

function pending(tasks: readonly TaskRecord[]): number {
  return tasks.filter(({ lastStatus }) => isPending(lastStatus)).length
}
