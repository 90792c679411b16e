import type { OneOffCommand } from './command.ts'
import type { ContainerOptions } from './container.ts'
import type { ExistingRole, ExistingSecurityGroup } from './existing.ts'
import type { HttpExposure } from './http.ts'

/** An ECS service on Fargate. */
export interface Service {
  readonly kind: 'service'
  readonly name: string
  readonly options: ServiceOptions
}

export interface ServiceOptions {
  /** CPU units of a task: 1024 are one vCPU. 256, 512, 1024, 2048, 4096, 8192 or 16384. */
  readonly cpu: number
  /** MiB of a task; which ones Fargate has depends on `cpu`. */
  readonly memory: number
  /** The containers of a task; the first one is the main one. */
  readonly containers: Readonly<Record<string, ContainerOptions>>
  /** Ways in from outside. Default: none. */
  readonly expose?: readonly HttpExposure[]
  /** A fixed number of tasks, or bounds and targets of autoscaling. Default: 1. */
  readonly scale?: number | ScaleOptions
  /** Commands that must succeed before a release takes traffic, in their order. Default: none. */
  readonly before?: Readonly<Record<string, OneOffCommand>>
  readonly deployment?: DeploymentOptions
  readonly logs?: LogOptions
  /** Alarms that tell the definition's topic; `true` is a sensible set. Default: none. */
  readonly alarms?: boolean | ServiceAlarms
  /** ECS Exec (`longshore exec`). Default: true. */
  readonly exec?: boolean
  /** What the containers may do in AWS beyond `uses`, as statements of the task role. */
  readonly permissions?: readonly PermissionStatement[]
  /** `private`: behind NAT. `public`: with a public address. Default: `private`. */
  readonly placement?: 'private' | 'public'
  /** More security groups for the tasks. Default: only the service's own. */
  readonly securityGroups?: readonly ExistingSecurityGroup[]
  /** Pulls images, reads secrets, writes logs. Default: one with exactly that. */
  readonly executionRole?: ExistingRole
  /** What the containers are in AWS. Default: one with what `uses` and `permissions` say. */
  readonly taskRole?: ExistingRole
  /** Processor. Default: `x86_64`. */
  readonly architecture?: 'x86_64' | 'arm64'
  /** GiB of disk of a task, 21 to 200. Default: Fargate's 20. */
  readonly storageGiB?: number
  /** Name of the service in ECS. Default: its name here. */
  readonly serviceName?: string
  /** Family of the task definition. Default: `<system>-<environment>-<service>`. */
  readonly family?: string
}

export interface ScaleOptions {
  /** Fewest tasks. */
  readonly min: number
  /** Most tasks. */
  readonly max: number
  /** Percent of CPU to hold, averaged over the tasks. */
  readonly cpu?: number
  /** Percent of memory to hold, averaged over the tasks. */
  readonly memory?: number
  /** Requests a minute for each task to hold; needs an `http` of ours. */
  readonly requestsPerTarget?: number
  /** Seconds between two steps down. Default: 300. */
  readonly scaleInCooldownSeconds?: number
  /** Seconds between two steps up. Default: 60. */
  readonly scaleOutCooldownSeconds?: number
  /** Other bounds at certain times, by names of yours. */
  readonly schedule?: Readonly<Record<string, ScheduleOptions>>
}

export interface ScheduleOptions {
  /** Six fields of AWS's cron: minute hour day-of-month month day-of-week year. */
  readonly cron: string
  readonly min: number
  readonly max: number
  /** Such as `Europe/Berlin`. Default: `UTC`. */
  readonly timeZone?: string
}

export interface DeploymentOptions {
  /** Percent of the desired tasks that stay healthy during a roll-out. Default: 100. */
  readonly minimumPercent?: number
  /** Percent of the desired tasks that may exist during a roll-out. Default: 200. */
  readonly maximumPercent?: number
  /** Stops a roll-out whose tasks keep failing, and goes back. Default: true. */
  readonly circuitBreaker?: boolean
  /** Seconds after its start in which failing checks do not stop a task. Default: 60. */
  readonly graceSeconds?: number
}

export interface LogOptions {
  /** Name of the log group. Default: `/ecs/<system>-<environment>-<service>`. */
  readonly group?: string
  /** Days that lines are kept; one of CloudWatch's values. Default: 30. */
  readonly retentionDays?: number
  /** ARN of the KMS key that encrypts them. Default: CloudWatch's own. */
  readonly kmsKey?: string
}

export interface ServiceAlarms {
  /** Percent of CPU, averaged over 5 minutes. With `true`: 85. */
  readonly cpuAbove?: number
  /** Percent of memory, averaged over 5 minutes. With `true`: 90. */
  readonly memoryAbove?: number
  /** Running tasks, for 2 minutes; needs Container Insights. With `true`: the least there may be. */
  readonly runningBelow?: number
  /** Healthy targets of the load balancer, for 2 minutes. With `true`: 1. */
  readonly healthyBelow?: number
  /** Answers with 5xx in 5 minutes. With `true`: 10. */
  readonly errorsAbove?: number
  /** Seconds within which 95 of 100 requests are answered. */
  readonly slowerThanSeconds?: number
}

export interface PermissionStatement {
  /** Such as `s3:GetObject`. */
  readonly actions: readonly string[]
  /** ARNs, or intrinsic functions. */
  readonly resources: readonly (string | object)[]
  /** IAM conditions, as IAM writes them. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export function service(name: string, options: ServiceOptions): Service {
  return { kind: 'service', name, options }
}
