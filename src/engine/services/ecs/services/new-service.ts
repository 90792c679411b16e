import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs'
import { breakerThreshold } from '../../../scheduler/circuit-breaker.ts'
import type { Call } from '../../service.ts'
import { watchAlarms } from '../deployments/alarm-watch.ts'
import { checkLoadBalancers } from '../deployments/check-load-balancers.ts'
import { newDeployment } from '../deployments/new-deployment.ts'
import { placesOf } from '../deployments/places.ts'
import { begun } from '../deployments/transitions.ts'
import { type EcsState, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { launchChoice } from '../launch-choice.ts'
import type { ClusterRecord, ServiceRecord } from '../records.ts'
import { checkLaunchable, checkService, requiredSubnets } from './check-service.ts'

const NAME = /^[\w-]{1,255}$/

/** The service that `CreateService` makes, with its first deployment. Throws AWS's refusals. */
export async function newService(
  state: EcsState,
  input: CreateServiceCommandInput,
  call: Call,
): Promise<ServiceRecord> {
  const cluster = state.cluster(call, input.cluster)
  const { serviceName: name = '' } = input
  if (!NAME.test(name)) throw invalidParameter(`Invalid service name: ${name}`)
  const same = sameService(state, cluster, input)
  if (same !== undefined) return same
  checkKind(input)
  checkService(input)
  const definition = state.taskDefinition(call.region, input.taskDefinition ?? '')
  checkLaunchable(definition)
  const places = await placesOf(state, call, requiredSubnets(input))
  const loadBalancers = input.loadBalancers ?? []
  await checkLoadBalancers(state, call, { definition, loadBalancers })
  const service = bareService(state, input, { call, cluster, name })
  const deployment = newDeployment(state, {
    ...launchChoice(cluster, input),
    taskDefinition: definition.arn,
    platformVersion: input.platformVersion ?? 'LATEST',
    network: input.networkConfiguration ?? {},
    places,
    loadBalancers,
    alarms: await watchAlarms(state, call.region, service.deploymentConfiguration),
  })
  // While this waited for others, somebody else may have been quicker.
  const meanwhile = sameService(state, cluster, input)
  if (meanwhile !== undefined) return meanwhile
  state.events.forget(service)
  const { deploymentCircuitBreaker: breaker } = service.deploymentConfiguration
  state.history.begin(service, deployment, breakerThreshold(breaker, service.desiredCount))
  return begun(service, deployment)
}

/**
 * R10: the service of that name when the same request made it. Throws when the name is taken
 * otherwise.
 */
function sameService(
  state: EcsState,
  cluster: ClusterRecord,
  input: CreateServiceCommandInput,
): ServiceRecord | undefined {
  const known = state.findService(cluster, input.serviceName ?? '')
  if (known === undefined || known.status === 'INACTIVE') return undefined
  if (known.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.')
  }
  if (input.clientToken !== undefined && known.clientToken === input.clientToken) return known
  throw invalidParameter('Creation of service was not idempotent.')
}

function checkKind(input: CreateServiceCommandInput): void {
  if (input.schedulingStrategy === 'DAEMON') {
    throw invalidParameter('The DAEMON scheduling strategy is not supported on Fargate.')
  }
  const controller = input.deploymentController?.type ?? 'ECS'
  if (controller === 'ECS') return
  throw invalidParameter(`The engine does not support the deployment controller ${controller} yet.`)
}

function bareService(
  state: EcsState,
  input: CreateServiceCommandInput,
  { call, cluster, name }: { call: Call; cluster: ClusterRecord; name: string },
): ServiceRecord {
  return {
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
    createdAt: state.context.clock.now(),
    createdBy: call.principalArn,
    tags: tagRecord(input.tags),
    lastCompleted: undefined,
    startFailures: 0,
    lastStartFailureAt: undefined,
    lastCrashAt: undefined,
    clientToken: input.clientToken,
  }
}
