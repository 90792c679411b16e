import type { RawResourceBody } from './raw.ts'
import type { DatabaseAlarms } from './postgres.ts'
import type { PermissionStatement, ServiceAlarms } from './service.ts'
import type { TransformableTemplate } from './definition.ts'
import type { Intrinsic } from './value.ts'

/** A definition for one environment with every default filled in: plain data, names resolved. */
export interface SystemModel {
  readonly name: string
  readonly environment: string
  /** `<system>-<environment>`: what names in AWS begin with. */
  readonly prefix: string
  readonly region: string | undefined
  readonly account: string | undefined
  readonly protect: boolean
  readonly network: NetworkModel
  readonly cluster: ClusterModel
  readonly loadBalancers: readonly LoadBalancerModel[]
  readonly services: readonly ServiceModel[]
  readonly databases: readonly DatabaseModel[]
  readonly secrets: readonly SecretModel[]
  /** Secrets that were there before and that the definition gives a name. */
  readonly existingSecrets: readonly ExistingSecretModel[]
  /** What alarms tell. */
  readonly topic: TopicModel | undefined
  readonly raw: Readonly<Record<string, RawResourceBody>>
  readonly transform: ((template: TransformableTemplate) => unknown) | undefined
}

export type NetworkModel = NewNetworkModel | ExistingNetworkModel

export interface NewNetworkModel {
  readonly kind: 'new'
  readonly cidr: string
  /** One range for each zone. */
  readonly publicSubnets: readonly string[]
  readonly privateSubnets: readonly string[]
  readonly nat: 'one' | 'per-zone' | 'none'
}

export interface ExistingNetworkModel {
  readonly kind: 'existing'
  readonly vpcId: string
  readonly publicSubnets: readonly string[]
  readonly privateSubnets: readonly string[]
}

export type ClusterModel =
  | {
      readonly kind: 'new'
      readonly name: string
      readonly containerInsights: 'enabled' | 'enhanced' | 'disabled'
    }
  | { readonly kind: 'existing'; readonly name: string }

export interface LoadBalancerModel {
  readonly name: string
  readonly awsName: string | undefined
  readonly internal: boolean
  readonly allow: readonly string[]
  readonly idleTimeoutSeconds: number
  readonly deletionProtection: boolean
  readonly listeners: readonly ListenerModel[]
}

export interface ListenerModel {
  readonly port: number
  readonly protocol: 'HTTP' | 'HTTPS'
  readonly certificates: readonly string[]
  /** Sends every request to this port by HTTPS instead. */
  readonly redirectToPort: number | undefined
  /** Without a condition: what no other rule takes. At most one. */
  readonly rules: readonly RuleModel[]
}

export interface RuleModel {
  /** Undefined: the listener's default. */
  readonly priority: number | undefined
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
  readonly service: string
  /** Name of a target group of that service. */
  readonly targetGroup: string
}

export interface ServiceModel {
  readonly name: string
  readonly awsName: string
  readonly family: string
  readonly cpu: number
  readonly memory: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly storageGiB: number | undefined
  /** The main one first. */
  readonly containers: readonly ContainerModel[]
  readonly targetGroups: readonly TargetGroupModel[]
  readonly routes: readonly RouteModel[]
  /** A number of tasks, or bounds within which their number changes. */
  readonly scale: number | ScaleModel
  readonly oneOffs: readonly OneOffModel[]
  readonly deployment: DeploymentModel
  readonly logGroups: readonly LogGroupModel[]
  readonly alarms: ServiceAlarms
  readonly exec: boolean
  readonly permissions: readonly PermissionStatement[]
  readonly placement: 'private' | 'public'
  /** Ids of security groups beside the service's own. */
  readonly securityGroups: readonly string[]
  readonly executionRole: string | undefined
  readonly taskRole: string | undefined
  /** Names of the databases that its containers use. */
  readonly databases: readonly string[]
}

export interface ContainerModel {
  readonly name: string
  readonly image: ImageModel
  readonly command: readonly string[] | undefined
  readonly entryPoint: readonly string[] | undefined
  readonly workingDirectory: string | undefined
  readonly user: string | undefined
  readonly ports: readonly PortModel[]
  readonly environment: Readonly<Record<string, EnvironmentValueModel>>
  readonly secrets: Readonly<Record<string, SecretUse>>
  readonly health: ContainerHealthModel | undefined
  readonly essential: boolean
  readonly after: readonly ContainerDependency[]
  readonly startTimeoutSeconds: number | undefined
  readonly stopTimeoutSeconds: number | undefined
  readonly cpu: number | undefined
  readonly memory: number | undefined
  readonly memoryReservation: number | undefined
  readonly readOnlyRoot: boolean
  readonly init: boolean
  readonly ulimits: readonly UlimitModel[]
  readonly labels: Readonly<Record<string, string>>
  readonly logGroup: string
}

export type ImageModel =
  | BuiltImageModel
  | { readonly kind: 'reference'; readonly reference: string }

export interface BuiltImageModel {
  readonly kind: 'build'
  /** The template's parameter for the finished image. */
  readonly parameter: string
  readonly context: string
  readonly dockerfile: string
  readonly target: string | undefined
  readonly args: Readonly<Record<string, string>>
  readonly platform: 'linux/amd64' | 'linux/arm64'
  readonly repository: string
}

export interface PortModel {
  readonly name: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

export type EnvironmentValueModel =
  | string
  | { readonly database: string; readonly attribute: 'host' | 'port' }
  | { readonly intrinsic: Intrinsic }

export type SecretUse =
  | { readonly kind: 'secret'; readonly secret: string; readonly key: string | undefined }
  | { readonly kind: 'existing'; readonly arn: string; readonly key: string | undefined }
  | { readonly kind: 'database'; readonly database: string; readonly key: 'username' | 'password' }

export interface ContainerHealthModel {
  /** As ECS takes it: `CMD` or `CMD-SHELL` first. */
  readonly command: readonly string[]
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly retries: number
  readonly startPeriodSeconds: number
}

export interface ContainerDependency {
  readonly container: string
  readonly condition: 'START' | 'HEALTHY' | 'COMPLETE' | 'SUCCESS'
}

export interface UlimitModel {
  readonly name: string
  readonly soft: number
  readonly hard: number
}

export interface TargetGroupModel {
  /** Empty for the service's first one; unique within the service. */
  readonly name: string
  readonly container: string
  readonly port: number
  /** Name of the load balancer; undefined when the target group exists already. */
  readonly loadBalancer: string | undefined
  readonly existing:
    | { readonly arn: string; readonly securityGroup: string | undefined }
    | undefined
  readonly health: TargetHealthModel
  readonly drainSeconds: number
  readonly slowStartSeconds: number | undefined
  readonly stickySeconds: number | undefined
}

export interface TargetHealthModel {
  readonly path: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  readonly codes: string
}

/** How clients reach the service, in the order of the definition. */
export interface RouteModel {
  readonly loadBalancer: string
  readonly port: number
  readonly protocol: 'HTTP' | 'HTTPS'
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
}

export interface ScaleModel {
  readonly min: number
  readonly max: number
  readonly cpu: number | undefined
  readonly memory: number | undefined
  readonly requestsPerTarget: number | undefined
  readonly scaleInCooldownSeconds: number
  readonly scaleOutCooldownSeconds: number
  readonly schedule: readonly ScheduleModel[]
}

export interface ScheduleModel {
  readonly name: string
  readonly cron: string
  readonly min: number
  readonly max: number
  readonly timeZone: string
}

export interface OneOffModel {
  readonly name: string
  readonly container: string
  readonly command: readonly string[]
  readonly timeoutMinutes: number
}

export interface DeploymentModel {
  readonly minimumPercent: number
  readonly maximumPercent: number
  readonly circuitBreaker: boolean
  readonly graceSeconds: number
}

export interface LogGroupModel {
  readonly name: string
  /** The container that has it to itself; undefined for the service's. */
  readonly container: string | undefined
  readonly retentionDays: number
  readonly kmsKey: string | undefined
}

export interface DatabaseModel {
  readonly name: string
  readonly awsName: string | undefined
  readonly version: string
  readonly instance: string
  readonly storageGiB: number
  readonly maxStorageGiB: number | undefined
  readonly database: string
  readonly username: string
  readonly port: number
  readonly multiAz: boolean
  readonly backupDays: number
  readonly onRemoval: 'snapshot' | 'retain' | 'delete'
  readonly deletionProtection: boolean
  readonly alarms: DatabaseAlarms
}

export interface SecretModel {
  readonly name: string
  readonly awsName: string
  readonly description: string | undefined
  /** What is written at creation, beside a generated key; undefined: nothing. */
  readonly values: Readonly<Record<string, string>> | undefined
  readonly generate: GenerateModel | undefined
  /** Every key that the definition names; empty for a plain value. */
  readonly keys: readonly string[]
  readonly kmsKey: string | undefined
}

export interface ExistingSecretModel {
  readonly name: string
  readonly arn: string
  readonly keys: readonly string[]
}

export interface GenerateModel {
  readonly key: string | undefined
  readonly length: number
  readonly as: 'letters' | 'hex'
}

export type TopicModel =
  | {
      readonly kind: 'new'
      readonly name: string
      readonly topicName: string
      readonly email: readonly string[]
    }
  | { readonly kind: 'existing'; readonly arn: string }
