import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  DeploymentConfiguration,
  DeploymentRolloutState,
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs'
import type { ContainerStatus, TaskStatus } from '../../lifecycle/task-status.ts'
import type { Place } from '../../scheduler/placement.ts'

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

/** A family counts its revisions on even past deleted ones (TASK-16). */
export interface FamilyRecord {
  readonly lastRevision: number
}

/** What names a service: the parts of its record's key. */
export interface ServiceKey {
  readonly region: string
  readonly cluster: string
  readonly name: string
}

export interface ServiceRecord extends ServiceKey {
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
  readonly createdAt: number
  readonly createdBy: string
  readonly tags: Readonly<Record<string, string>>
  /** The deployment to go back to, also when none of its tasks is left. */
  readonly lastCompleted: DeploymentRecord | undefined
  /** Rounds of failed starts since a task last ran: the throttle's count. */
  readonly startFailures: number
  readonly lastStartFailureAt: number | undefined
  /** When a task last ended by itself soon after it had begun to run. */
  readonly lastCrashAt: number | undefined
  readonly clientToken: string | undefined
}

export interface EventRecord {
  /** The service's key. */
  readonly service: string
  readonly sequence: number
  readonly id: string
  readonly at: number
  readonly message: string
}

/** One revision of a service on its way in or out. The newest is PRIMARY. */
export interface DeploymentRecord {
  /** `ecs-svc/…`. */
  readonly id: string
  readonly taskDefinition: string
  readonly launchType: LaunchType | undefined
  readonly strategy: readonly CapacityProviderStrategyItem[]
  readonly platformVersion: string
  readonly network: NetworkConfiguration
  readonly places: readonly Place[]
  readonly loadBalancers: readonly LoadBalancer[]
  readonly createdAt: number
  readonly updatedAt: number
  readonly failedTasks: number
  readonly rolloutState: DeploymentRolloutState
  readonly rolloutStateReason: string
  /** The failed deployment that this one has taken the place of again. */
  readonly rollbackOf: string | undefined
  /** Digests of the containers' images, by container: what its first task resolved (K10). */
  readonly images: Readonly<Record<string, string>>
  readonly alarms: AlarmWatchRecord | undefined
  /** Since when it has been whole, while its alarms are watched. */
  readonly bakingSince: number | undefined
}

/** C7: what a deployment knows of its alarms. */
export interface AlarmWatchRecord {
  /** Alarms that had fired before the deployment began. */
  readonly ignored: readonly string[]
  readonly triggered: readonly string[]
  readonly bakeMs: number
}

/** What a service deployment was, kept when the service has moved on. */
export interface ServiceDeploymentRecord extends ServiceKey {
  readonly arn: string
  readonly serviceArn: string
  readonly deploymentId: string
  readonly revisionArn: string
  readonly sourceRevisionArns: readonly string[]
  readonly status: ServiceDeploymentStatus
  readonly statusReason: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
  readonly finishedAt: number | undefined
  readonly stoppedAt: number | undefined
  readonly configuration: DeploymentConfiguration
  readonly failureCount: number
  readonly threshold: number | undefined
  readonly breaker: ServiceDeploymentRollbackMonitorsStatus
  readonly alarms: AlarmWatchRecord | undefined
  readonly rollback: RollbackRecord | undefined
}

export interface RollbackRecord {
  readonly reason: string
  readonly startedAt: number
  readonly revisionArn: string
  readonly deploymentId: string
}

/** What a service was at the beginning of a deployment. */
export interface ServiceRevisionRecord extends ServiceKey {
  readonly arn: string
  readonly serviceArn: string
  readonly deployment: DeploymentRecord
  readonly createdAt: number
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
  readonly launchType: LaunchType
  readonly capacityProvider: string | undefined
  readonly platformVersion: string
  readonly zone: string
  readonly network: NetworkConfiguration
  /** The subnet that it was placed in. */
  readonly subnetId: string
  /** When it first counted as healthy (DEP-2). */
  readonly healthyAt: number | undefined
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
