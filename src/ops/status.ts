import { DescribeServicesCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs'
import type { DeployedService, DeployedSystem } from './deployed-system.ts'
import { listTasks, taskIdOf, whyStopped } from './tasks.ts'
import { serviceUrls } from './urls.ts'

export interface SystemStatus {
  readonly system: string
  readonly environment: string
  readonly endpoint: string | undefined
  readonly stack: { readonly name: string; readonly status: string }
  readonly services: readonly ServiceStatus[]
}

export interface ServiceStatus {
  readonly name: string
  readonly status: string
  readonly desired: number
  readonly running: number
  readonly pending: number
  readonly urls: readonly string[]
  readonly deployments: readonly DeploymentStatus[]
  readonly tasks: readonly TaskStatus[]
  /** The latest task that stopped, when it did so within the hour. */
  readonly lastStopped: { readonly id: string; readonly reason: string } | undefined
}

export interface DeploymentStatus {
  readonly id: string
  readonly status: string
  readonly rolloutState: string
  readonly reason: string
  readonly taskDefinition: string
  readonly running: number
  readonly desired: number
  readonly failed: number
}

export interface TaskStatus {
  readonly id: string
  readonly status: string
  readonly health: string
  readonly taskDefinition: string
  readonly ip: string
  readonly zone: string
  readonly startedAt: Date | undefined
}

/** How a deployed system stands now. */
export async function systemStatus(system: DeployedSystem): Promise<SystemStatus> {
  const { connection } = system
  const ecs = await connection.ecs()
  const urls = await serviceUrls(connection, system.services)
  const services = await Promise.all(
    system.services.map((service) => serviceStatus(ecs, service, urls[service.name] ?? [])),
  )
  return {
    system: system.name,
    environment: system.environment,
    endpoint: connection.endpoint,
    stack: { name: system.stackName, status: system.stackStatus },
    services,
  }
}

async function serviceStatus(
  ecs: ECSClient,
  { name, cluster, serviceName }: DeployedService,
  urls: readonly string[],
): Promise<ServiceStatus> {
  const [described, running, stopped] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster, services: [serviceName] })),
    listTasks(ecs, { cluster, service: serviceName }),
    listTasks(ecs, { cluster, service: serviceName }, 'STOPPED'),
  ])
  const service = described.services?.[0]
  const last = stopped.toSorted(byStop).at(-1)
  return {
    name,
    status: service?.status ?? 'MISSING',
    desired: service?.desiredCount ?? 0,
    running: service?.runningCount ?? 0,
    pending: service?.pendingCount ?? 0,
    urls,
    deployments: (service?.deployments ?? []).map((deployment) => ({
      id: deployment.id ?? '',
      status: deployment.status ?? '',
      rolloutState: deployment.rolloutState ?? '',
      reason: deployment.rolloutStateReason ?? '',
      taskDefinition: revision(deployment.taskDefinition),
      running: deployment.runningCount ?? 0,
      desired: deployment.desiredCount ?? 0,
      failed: deployment.failedTasks ?? 0,
    })),
    tasks: running.map(taskStatus),
    lastStopped: last && { id: taskIdOf(last), reason: whyStopped(last) },
  }
}

function taskStatus(task: Task): TaskStatus {
  const network = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface')
  return {
    id: taskIdOf(task),
    status: task.lastStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    taskDefinition: revision(task.taskDefinitionArn),
    ip: network?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '',
    zone: task.availabilityZone ?? '',
    startedAt: task.startedAt,
  }
}

function byStop(a: Task, b: Task): number {
  return (a.stoppedAt?.getTime() ?? 0) - (b.stoppedAt?.getTime() ?? 0)
}

/** `family:revision` of a task definition's ARN. */
function revision(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? ''
}
