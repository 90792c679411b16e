import type {
  CreateServiceCommandInput,
  Deployment,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { awaitState } from './await-state.ts'
import { camelCased } from './casing.ts'
import { updateEcsTags } from './ecs.ts'
import type {
  Attributes,
  Created,
  ExistingRequest,
  Properties,
  ResourceHandler,
  ResourceRequest,
} from './handler.ts'
import { group, optionalText, text } from './properties.ts'
import { required } from './required.ts'
import { isOwn, lowerTags } from './tags.ts'

/** AWS: CloudFormation gives an ECS service three hours to become stable. */
const STABLE_LIMIT_MS = 3 * 3600_000
const GONE_LIMIT_MS = 3600_000

/** What `UpdateService` takes; the rest cannot change, or only with a new service. */
const UPDATABLE = [
  'AvailabilityZoneRebalancing',
  'CapacityProviderStrategy',
  'DeploymentConfiguration',
  'DesiredCount',
  'EnableECSManagedTags',
  'EnableExecuteCommand',
  'HealthCheckGracePeriodSeconds',
  'LoadBalancers',
  'NetworkConfiguration',
  'PlacementConstraints',
  'PlacementStrategies',
  'PlatformVersion',
  'PropagateTags',
  'ServiceConnectConfiguration',
  'ServiceRegistries',
  'TaskDefinition',
  'VolumeConfigurations',
  'VpcLatticeConfigurations',
]

/** Lists that an update empties when the template no longer has them. */
const EMPTIED = [
  'LoadBalancers',
  'ServiceRegistries',
  'PlacementConstraints',
  'PlacementStrategies',
]

export const ecsService: ResourceHandler = {
  type: 'AWS::ECS::Service',
  async create(request) {
    const { service } = await request.calls.ecs.createService(creation(request))
    return createdService(service)
  },
  async find(request) {
    const { serviceName, cluster } = creation(request)
    const service = await describe(request, serviceName ?? '', cluster)
    const tags = service?.tags?.map(({ key, value }) => ({ Key: key, Value: value }))
    const isFound = service?.status === 'ACTIVE' && isOwn(request, tags)
    return isFound ? createdService(service) : undefined
  },
  async update(request) {
    const { properties, before } = request
    const { service } = await request.calls.ecs.updateService({
      ...changes(before, properties),
      ...clusterOf(properties),
      service: request.physicalId,
    })
    await updateEcsTags(request, request.physicalId)
    return createdService(service).attributes ?? {}
  },
  async stabilize(request): Promise<Attributes> {
    if (!request.express) await untilStable(request)
    return request.attributes
  },
  async delete(request) {
    const { cluster } = clusterOf(request.properties)
    const found = await describe(request, request.physicalId, cluster)
    if (found === undefined || found.status === 'INACTIVE') return
    await request.calls.ecs.deleteService({
      ...clusterOf(request.properties),
      service: request.physicalId,
      force: true,
    })
    await awaitState({ ...request, limitMs: GONE_LIMIT_MS }, async () => {
      const service = await describe(request, request.physicalId, cluster)
      return service === undefined || service.status === 'INACTIVE' ? true : undefined
    })
  },
}

function creation(request: ResourceRequest): CreateServiceCommandInput {
  const { Tags: _tags, Role: _role, ForceNewDeployment: _force, ...rest } = request.properties
  const input: Partial<CreateServiceCommandInput> = camelCased('AWS::ECS::Service', rest)
  const role = optionalText(request.properties, 'Role')
  return {
    ...input,
    ...(role === undefined ? {} : { role }),
    serviceName:
      optionalText(request.properties, 'ServiceName') ?? request.generatedName({ maxLength: 255 }),
    ...(input.schedulingStrategy === 'DAEMON' ? {} : { desiredCount: input.desiredCount ?? 1 }),
    tags: lowerTags(request.properties),
  }
}

/**
 * Input of `UpdateService`. A desired count that the template leaves out belongs to scaling and is
 * not sent.
 */
function changes(before: Properties, after: Properties): Partial<UpdateServiceCommandInput> {
  const given: Record<string, unknown> = {}
  for (const name of UPDATABLE) {
    if (after[name] !== undefined) given[name] = after[name]
    else if (EMPTIED.includes(name) && before[name] !== undefined) given[name] = []
  }
  const force = group(after, 'ForceNewDeployment')
  const isForced =
    force['EnableForceNewDeployment'] === true &&
    JSON.stringify(force) !== JSON.stringify(before['ForceNewDeployment'])
  const input: Partial<UpdateServiceCommandInput> = camelCased('AWS::ECS::Service', given)
  return isForced ? { ...input, forceNewDeployment: true } : input
}

function createdService(service: Service | undefined): Created {
  const arn = required(service?.serviceArn, 'serviceArn')
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY')
  return {
    physicalId: arn,
    attributes: {
      ServiceArn: arn,
      Name: required(service?.serviceName, 'serviceName'),
      DeploymentId: primary?.id ?? '',
    },
  }
}

function clusterOf(properties: Properties): { cluster?: string } {
  const cluster = optionalText(properties, 'Cluster')
  return cluster === undefined ? {} : { cluster }
}

async function describe(
  request: ResourceRequest,
  service: string,
  cluster: string | undefined,
): Promise<Service | undefined> {
  const { services = [] } = await request.calls.ecs.describeServices({
    ...(cluster === undefined ? {} : { cluster }),
    services: [service],
    include: ['TAGS'],
  })
  return services[0]
}

async function untilStable(request: ExistingRequest): Promise<void> {
  const { cluster } = clusterOf(request.properties)
  await awaitState({ ...request, limitMs: STABLE_LIMIT_MS }, async () => {
    const service = await describe(request, request.physicalId, cluster)
    if (service === undefined || service.status === 'INACTIVE')
      throw new AwsError('NotFound', `Service ${request.physicalId} was deleted`)
    return isStable(service, text(request.attributes, 'DeploymentId')) ? true : undefined
  })
}

/** Whether the deployment that the stack began is over. Throws when it was given up. */
export function isStable(service: Service, deploymentId: string): boolean {
  const { deployments = [] } = service
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  const own = deployments.find(({ id }) => id === deploymentId)
  if (own?.rolloutState === 'FAILED') throw deploymentFailure(own)
  if (primary !== undefined && primary.id !== deploymentId) throw deploymentFailure(own)
  if (primary === undefined) return false
  return primary.rolloutState === 'COMPLETED' && (service.runningCount ?? 0) >= minimum(service)
}

/** Scaling may move the desired count while the stack waits; what counts is the deployment. */
function minimum({ desiredCount = 0, runningCount = 0 }: Service): number {
  return Math.min(desiredCount, Math.max(1, runningCount))
}

function deploymentFailure(deployment: Deployment | undefined): AwsError {
  const cause = /alarm/i.test(deployment?.rolloutStateReason ?? '')
    ? 'ECS Deployment Alarm was triggered'
    : 'ECS Deployment Circuit Breaker was triggered'
  return new AwsError('GeneralServiceException', `Error occurred during operation '${cause}'.`)
}
