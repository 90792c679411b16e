import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  DeploymentConfiguration,
  DeploymentRolloutState,
  LoadBalancer,
  NetworkConfiguration,
  ServiceRegistry,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs'
import type { ContainerStatus, TaskStatus } from '../../lifecycle/task-status.ts'

/** Times in all records are engine time in milliseconds. */
export interface ClusterRecord {
  readonly region: string
  readonly name: string
  readonly arn: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly settings: readonly ClusterSetting[]
  readonly configuration: object | undefined
  readonly capacityProviders: readonly string[]
  readonly strategy: readonly CapacityProviderStrategyItem[]
  readonly serviceConnectNamespace: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface TaskDefinitionRecord {
  readonly region: string
  readonly arn: string
  readonly family: string
  readonly revision: number
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  /** As registered, with AWS's defaults. */
  readonly definition: Omit<TaskDefinition, 'registeredAt' | 'deregisteredAt' | 'status'>
  readonly registeredAt: number
  readonly deregisteredAt: number | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface ServiceRecord {
  readonly region: string
  readonly cluster: string
  readonly name: string
  readonly arn: string
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  readonly desiredCount: number
  readonly deployments: readonly DeploymentRecord[]
  readonly deploymentConfiguration: DeploymentConfiguration
  readonly healthCheckGracePeriodSeconds: number
  readonly enableExecuteCommand: boolean
  readonly enableECSManagedTags: boolean
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE'
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED'
  readonly events: readonly EventRecord[]
  readonly createdAt: number
  readonly createdBy: string
  readonly tags: Readonly<Record<string, string>>
  /** Failed starts since a task last ran: the throttle's count. */
  readonly startFailures: number
  readonly lastStartFailureAt: number | undefined
  /** Whether the last word in the events was that all is well. */
  readonly steady: boolean
}

export interface EventRecord {
  readonly id: string
  readonly at: number
  readonly message: string
}

/** One revision of a service on its way in or out. The newest is PRIMARY. */
export interface DeploymentRecord {
  /** `ecs-svc/…`. */
  readonly id: string
  readonly taskDefinition: string
  readonly launchType: string | undefined
  readonly strategy: readonly CapacityProviderStrategyItem[]
  readonly platformVersion: string
  readonly network: NetworkConfiguration
  readonly loadBalancers: readonly LoadBalancer[]
  readonly serviceRegistries: readonly ServiceRegistry[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly failedTasks: number
  readonly rolloutState: DeploymentRolloutState
  readonly rolloutStateReason: string
  /** The deployment that this one returns to the place of, when it is a roll-back. */
  readonly rollbackOf: string | undefined
}

export interface TaskRecord {
  readonly region: string
  readonly cluster: string
  readonly id: string
  readonly arn: string
  readonly taskDefinition: string
  /** `service:NAME` or `family:NAME`. */
  readonly group: string
  /** Of a service's task, its deployment's id. */
  readonly startedBy: string | undefined
  readonly service: string | undefined
  readonly lastStatus: TaskStatus
  readonly desiredStatus: 'RUNNING' | 'STOPPED'
  readonly launchType: string
  readonly capacityProvider: string | undefined
  readonly platformVersion: string
  readonly zone: string
  readonly network: NetworkConfiguration
  /** The subnet that it was placed in. */
  readonly subnetId: string
  readonly networkInterface: InterfaceRecord | undefined
  readonly overrides: TaskOverride
  readonly containers: readonly ContainerRecord[]
  readonly healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  readonly enableExecuteCommand: boolean
  readonly stopCode: TaskStopCode | undefined
  readonly stoppedReason: string | undefined
  readonly createdAt: number
  readonly pullStartedAt: number | undefined
  readonly pullStoppedAt: number | undefined
  readonly connectivityAt: number | undefined
  readonly startedAt: number | undefined
  readonly stoppingAt: number | undefined
  readonly executionStoppedAt: number | undefined
  readonly stoppedAt: number | undefined
  readonly protectedUntil: number | undefined
  readonly version: number
  readonly clientToken: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface InterfaceRecord {
  readonly id: string
  readonly attachmentId: string
  readonly subnetId: string
  readonly vpcId: string
  readonly mac: string
  readonly privateIp: string
  readonly privateDnsName: string
  readonly prefixLength: number
}

export interface ContainerRecord {
  readonly name: string
  readonly arn: string
  readonly image: string
  readonly imageDigest: string | undefined
  readonly runtimeId: string | undefined
  readonly lastStatus: ContainerStatus
  readonly exitCode: number | undefined
  readonly reason: string | undefined
  readonly healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  readonly startedAt: number | undefined
  readonly restartCount: number
}
