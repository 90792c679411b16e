import type {
  ContainerModel,
  EnvironmentValueModel,
  OneOffModel,
  SecretUse,
  ServiceModel,
} from '../../system/system-model.ts'
import { getAtt, given, type Properties, ref, type Resource, sub } from '../cloudformation.ts'
import { databaseIds, secretId, serviceIds } from '../logical-ids.ts'
import { executionRoleArn, taskRoleArn } from './roles.ts'

export function taskDefinition(service: ServiceModel): Resource {
  return definition(
    service,
    service.family,
    service.containers.map((container) => containerDefinition(container, service)),
  )
}

/** The task of a one-off command: its container alone, ending when the command does. */
export function oneOffTaskDefinition(service: ServiceModel, oneOff: OneOffModel): Resource {
  const container = service.containers.find(({ name }) => name === oneOff.container)
  if (container === undefined)
    throw new Error(`${service.name} has no container for ${oneOff.name}`)
  const alone: ContainerModel = {
    ...container,
    command: oneOff.command,
    ports: [],
    health: undefined,
    essential: true,
    after: [],
  }
  return definition(service, `${service.family}-${oneOff.name}`, [
    containerDefinition(alone, service, `${service.name}-${oneOff.name}`),
  ])
}

function definition(
  service: ServiceModel,
  family: string,
  containers: readonly Properties[],
): Resource {
  return {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: given({
      Family: family,
      Cpu: String(service.cpu),
      Memory: String(service.memory),
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: {
        CpuArchitecture: service.architecture.toUpperCase(),
        OperatingSystemFamily: 'LINUX',
      },
      EphemeralStorage: service.storageGiB && { SizeInGiB: service.storageGiB },
      ExecutionRoleArn: executionRoleArn(service),
      TaskRoleArn: taskRoleArn(service),
      ContainerDefinitions: containers,
    }),
  }
}

function containerDefinition(
  container: ContainerModel,
  service: ServiceModel,
  streamPrefix = service.name,
): Properties {
  const { image } = container
  return given({
    Name: container.name,
    Image: image.kind === 'build' ? ref(image.parameter) : image.reference,
    Essential: container.essential,
    EntryPoint: container.entryPoint,
    Command: container.command,
    WorkingDirectory: container.workingDirectory,
    User: container.user,
    Cpu: container.cpu,
    Memory: container.memory,
    MemoryReservation: container.memoryReservation,
    PortMappings: container.ports.map(({ port, protocol }) => ({
      ContainerPort: port,
      Protocol: protocol,
    })),
    Environment: Object.entries(container.environment).map(([Name, value]) => ({
      Name,
      Value: environmentValue(value),
    })),
    Secrets: Object.entries(container.secrets).map(([Name, use]) => ({
      Name,
      ValueFrom: secretReference(use),
    })),
    HealthCheck: healthCheck(container),
    DependsOn: container.after.map(({ container: ContainerName, condition: Condition }) => ({
      ContainerName,
      Condition,
    })),
    StartTimeout: container.startTimeoutSeconds,
    StopTimeout: container.stopTimeoutSeconds,
    ReadonlyRootFilesystem: container.readOnlyRoot || undefined,
    LinuxParameters: container.init ? { InitProcessEnabled: true } : undefined,
    Ulimits: container.ulimits.map(({ name: Name, soft, hard }) => ({
      Name,
      SoftLimit: soft,
      HardLimit: hard,
    })),
    DockerLabels: Object.keys(container.labels).length > 0 ? container.labels : undefined,
    LogConfiguration: {
      LogDriver: 'awslogs',
      Options: {
        'awslogs-group': ref(logGroupOf(container, service)),
        'awslogs-region': ref('AWS::Region'),
        'awslogs-stream-prefix': streamPrefix,
      },
    },
  })
}

function logGroupOf({ logGroup }: ContainerModel, { name, logGroups }: ServiceModel): string {
  const group = logGroups.find((each) => each.name === logGroup)
  if (group === undefined) throw new Error(`${name} has no log group ${logGroup}`)
  return serviceIds(name).logGroup(group)
}

function environmentValue(value: EnvironmentValueModel): unknown {
  if (typeof value === 'string') return value
  if ('intrinsic' in value) return value.intrinsic
  const attribute = value.attribute === 'host' ? 'Endpoint.Address' : 'Endpoint.Port'
  return getAtt(databaseIds(value.database).instance, attribute)
}

/** Whole: the secret's ARN. One key: `arn:KEY::`, version stage and id left to Secrets Manager. */
function secretReference(use: SecretUse): unknown {
  if (use.kind === 'existing') return use.key === undefined ? use.arn : `${use.arn}:${use.key}::`
  const id = use.kind === 'database' ? databaseIds(use.database).secret : secretId(use.secret)
  return use.key === undefined ? ref(id) : sub(`\${${id}}:${use.key}::`)
}

function healthCheck({ health }: ContainerModel): Properties | undefined {
  if (health === undefined) return undefined
  return {
    Command: health.command,
    Interval: health.intervalSeconds,
    Timeout: health.timeoutSeconds,
    Retries: health.retries,
    ...(health.startPeriodSeconds === 0 ? {} : { StartPeriod: health.startPeriodSeconds }),
  }
}
