import type {
  CreateServiceCommandInput,
  DeleteServiceCommandInput,
  DescribeServicesCommandInput,
  ListServicesCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import { newDeployment, startsDeployment } from '../deployments/new-deployment.ts'
import { checkLoadBalancers } from '../deployments/check-load-balancers.ts'
import { describeService } from '../describe-service.ts'
import { type EcsState, missing, page, tagRecord } from '../ecs-state.ts'
import { invalidParameter, serviceNotActive } from '../errors.ts'
import type { ServiceRecord } from '../records.ts'
import type { ServiceScheduler } from '../service-scheduler.ts'

const NAME = /^[\w-]{1,255}$/
const DESCRIBE_LIMIT = 10

export function serviceOperations(state: EcsState, scheduler: ServiceScheduler): OperationTable {
  return {
    CreateService: async (input: CreateServiceCommandInput, call: Call) => {
      const service = await newService(state, input, call)
      state.putService(service)
      scheduler.wake(service)
      return { service: describeService(state, service) }
    },

    UpdateService: async (input: UpdateServiceCommandInput, call: Call) => {
      const service = await updated(state, input, call)
      state.putService(service)
      scheduler.wake(service)
      return { service: describeService(state, service) }
    },

    DeleteService: (input: DeleteServiceCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const service = state.service(cluster, input.service)
      if (service.desiredCount > 0 && input.force !== true) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.')
      }
      const draining: ServiceRecord = { ...service, status: 'DRAINING', desiredCount: 0 }
      state.putService(draining)
      scheduler.wake(draining)
      return { service: describeService(state, draining) }
    },

    DescribeServices: (input: DescribeServicesCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const asked = input.services ?? []
      if (asked.length > DESCRIBE_LIMIT) throw invalidParameter('Too many services. Maximum is 10.')
      const found = asked.map((name) => ({ name, service: state.findService(cluster, name) }))
      return {
        services: found.flatMap(({ service }) =>
          service === undefined ? [] : [describeService(state, service)],
        ),
        failures: found
          .filter(({ service }) => service === undefined)
          .map(({ name }) => missing(state.arn(call, `service/${cluster.name}/${lastPart(name)}`))),
      }
    },

    ListServices: (input: ListServicesCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const arns = [...state.services.values()]
        .filter((service) => service.region === cluster.region && service.cluster === cluster.name)
        .filter(({ status }) => status === 'ACTIVE')
        .filter(
          ({ deployments }) =>
            (input.launchType ?? deployments[0]?.launchType) === deployments[0]?.launchType,
        )
        .map(({ arn }) => arn)
      const { items, nextToken } = page(arns, input.nextToken, input.maxResults ?? 10)
      return { serviceArns: items, nextToken }
    },
  }
}

async function newService(
  state: EcsState,
  input: CreateServiceCommandInput,
  call: Call,
): Promise<ServiceRecord> {
  const cluster = state.cluster(call, input.cluster)
  const name = input.serviceName ?? ''
  if (!NAME.test(name)) throw invalidParameter(`Invalid service name: ${name}`)
  const known = state.findService(cluster, name)
  // R10: the two refusals of a name that is taken.
  if (known?.status === 'ACTIVE') {
    throw invalidParameter('Creation of service was not idempotent.')
  }
  if (known?.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.')
  }
  if (input.launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
  }
  if (input.schedulingStrategy === 'DAEMON') {
    throw invalidParameter('The DAEMON scheduling strategy is not supported on Fargate.')
  }
  const now = state.context.clock.now()
  const definition = state.taskDefinition(call.region, input.taskDefinition ?? '')
  await checkLoadBalancers(state, call, { definition, loadBalancers: input.loadBalancers ?? [] })
  const shell: ServiceRecord = {
    region: call.region,
    cluster: cluster.name,
    name,
    arn: state.arn(call, `service/${cluster.name}/${name}`),
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 1,
    deployments: [],
    deploymentConfiguration: {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
      ...input.deploymentConfiguration,
    },
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
    events: [],
    createdAt: now,
    createdBy: call.principalArn,
    tags: tagRecord(input.tags),
    startFailures: 0,
    lastStartFailureAt: undefined,
    steady: false,
  }
  const deployment = newDeployment(state, {
    taskDefinition: definition.arn,
    launchType:
      (input.capacityProviderStrategy ?? []).length > 0
        ? undefined
        : (input.launchType ?? 'FARGATE'),
    strategy: input.capacityProviderStrategy ?? [],
    platformVersion: input.platformVersion ?? 'LATEST',
    network: requiredNetwork(input),
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    rollbackOf: undefined,
  })
  return { ...shell, deployments: [deployment] }
}

function requiredNetwork({ networkConfiguration }: CreateServiceCommandInput) {
  if ((networkConfiguration?.awsvpcConfiguration?.subnets ?? []).length === 0) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    )
  }
  return networkConfiguration ?? {}
}

async function updated(
  state: EcsState,
  input: UpdateServiceCommandInput,
  call: Call,
): Promise<ServiceRecord> {
  const cluster = state.cluster(call, input.cluster)
  const service = state.service(cluster, input.service)
  if (service.status !== 'ACTIVE') throw serviceNotActive()
  const changed: ServiceRecord = {
    ...service,
    desiredCount: input.desiredCount ?? service.desiredCount,
    deploymentConfiguration: {
      ...service.deploymentConfiguration,
      ...input.deploymentConfiguration,
    },
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds,
    enableExecuteCommand: input.enableExecuteCommand ?? service.enableExecuteCommand,
    enableECSManagedTags: input.enableECSManagedTags ?? service.enableECSManagedTags,
    propagateTags: input.propagateTags ?? service.propagateTags,
    availabilityZoneRebalancing:
      input.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
    steady: false,
  }
  if (!startsDeployment(input)) return changed
  const primary = service.deployments[0]
  if (primary === undefined)
    throw new AwsError('ServerException', 'The service has no deployment.', { status: 500 })
  const definition = state.taskDefinition(
    call.region,
    input.taskDefinition ?? primary.taskDefinition,
  )
  const loadBalancers = input.loadBalancers ?? primary.loadBalancers
  await checkLoadBalancers(state, call, { definition, loadBalancers })
  const deployment = newDeployment(state, {
    taskDefinition: definition.arn,
    launchType: input.capacityProviderStrategy === undefined ? primary.launchType : undefined,
    strategy: input.capacityProviderStrategy ?? primary.strategy,
    platformVersion: input.platformVersion ?? primary.platformVersion,
    network: input.networkConfiguration ?? primary.network,
    loadBalancers,
    serviceRegistries: input.serviceRegistries ?? primary.serviceRegistries,
    rollbackOf: undefined,
  })
  // DEP-5: a new revision gets a fresh start.
  return { ...changed, deployments: [deployment, ...service.deployments], startFailures: 0 }
}
