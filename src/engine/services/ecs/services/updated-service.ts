import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { breakerThreshold } from '../../../scheduler/circuit-breaker.ts'
import type { Call } from '../../service.ts'
import { watchAlarms } from '../deployments/alarm-watch.ts'
import { checkLoadBalancers } from '../deployments/check-load-balancers.ts'
import { newDeployment, startsDeployment } from '../deployments/new-deployment.ts'
import { placesOf } from '../deployments/places.ts'
import { begun, changedDeployment } from '../deployments/transitions.ts'
import type { EcsState } from '../ecs-state.ts'
import { serviceNotActive } from '../errors.ts'
import { type LaunchChoice, launchChoice } from '../launch-choice.ts'
import type { ClusterRecord, DeploymentRecord, ServiceRecord } from '../records.ts'
import { checkLaunchable, checkService, requiredSubnets } from './check-service.ts'

/** The service as `UpdateService` leaves it; some changes begin a deployment (R6). */
export async function updatedService(
  state: EcsState,
  input: UpdateServiceCommandInput,
  call: Call,
): Promise<ServiceRecord> {
  const cluster = state.cluster(call, input.cluster)
  const service = state.service(cluster, input.service)
  if (service.status !== 'ACTIVE') throw serviceNotActive()
  checkService(input)
  const primary = service.deployments[0]
  if (primary === undefined) throw lost()
  const choice = changedChoice(cluster, input, primary)
  if (!startsDeployment(input))
    return changedDeployment(changed(service, input), primary.id, choice)
  const deployment = await nextDeployment(state, { service, primary, input, call, choice })
  // The scheduler may have moved on while this waited for others.
  const current = changed(state.service(cluster, input.service), input)
  if (current.status !== 'ACTIVE') throw serviceNotActive()
  const { deploymentCircuitBreaker: breaker } = current.deploymentConfiguration
  state.history.begin(current, deployment, breakerThreshold(breaker, current.desiredCount))
  state.events.over(current, 'steady', 'throttled', 'stuck', 'protected')
  return begun(current, deployment)
}

function changedChoice(
  cluster: ClusterRecord,
  { capacityProviderStrategy }: UpdateServiceCommandInput,
  primary: DeploymentRecord,
): LaunchChoice {
  if (capacityProviderStrategy === undefined) {
    const launchType = primary.launchType === 'FARGATE' ? 'FARGATE' : undefined
    return { launchType, strategy: primary.strategy }
  }
  return launchChoice(cluster, { capacityProviderStrategy })
}

/** What changes without a deployment. */
function changed(service: ServiceRecord, input: UpdateServiceCommandInput): ServiceRecord {
  return {
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
  }
}

async function nextDeployment(
  state: EcsState,
  {
    service,
    primary,
    input,
    call,
    choice,
  }: {
    service: ServiceRecord
    primary: DeploymentRecord
    input: UpdateServiceCommandInput
    call: Call
    choice: LaunchChoice
  },
): Promise<DeploymentRecord> {
  const wanted = input.taskDefinition ?? primary.taskDefinition
  const definition = state.taskDefinition(call.region, wanted)
  if (input.taskDefinition !== undefined) checkLaunchable(definition)
  const loadBalancers = input.loadBalancers ?? primary.loadBalancers
  await checkLoadBalancers(state, call, { definition, loadBalancers })
  const places =
    input.networkConfiguration === undefined
      ? primary.places
      : await placesOf(state, call, requiredSubnets(input))
  const configuration = changed(service, input).deploymentConfiguration
  return newDeployment(state, {
    ...choice,
    taskDefinition: definition.arn,
    platformVersion: input.platformVersion ?? primary.platformVersion,
    network: input.networkConfiguration ?? primary.network,
    places,
    loadBalancers,
    alarms: await watchAlarms(state, call.region, configuration),
  })
}

function lost(): AwsError {
  return new AwsError('ServerException', 'The service has no deployment.', { status: 500 })
}
