import type { CreateServiceCommandInput, UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import { clientError, invalidParameter } from '../errors.ts'
import type { TaskDefinitionRecord } from '../records.ts'

const MOST_GRACE_SECONDS = 2_147_483_647

/** What services of every kind share, and what the engine does not do: said rather than ignored. */
export function checkService(input: CreateServiceCommandInput | UpdateServiceCommandInput): void {
  const { desiredCount, healthCheckGracePeriodSeconds: grace } = input
  if (desiredCount !== undefined && (!Number.isInteger(desiredCount) || desiredCount < 0)) {
    throw invalidParameter('The desired count must not be negative.')
  }
  if (grace !== undefined && (grace < 0 || grace > MOST_GRACE_SECONDS)) {
    throw invalidParameter('The health check grace period must be between 0 and 2147483647.')
  }
  checkConfiguration(input)
  const refuse = (what: string): never => {
    throw invalidParameter(`The engine does not support ${what} yet.`)
  }
  if (input.serviceConnectConfiguration?.enabled === true) refuse('Service Connect')
  if ((input.serviceRegistries ?? []).length > 0) refuse('service discovery')
  if ((input.volumeConfigurations ?? []).length > 0) refuse('managed volumes')
  if ((input.vpcLatticeConfigurations ?? []).length > 0) refuse('VPC Lattice')
  if ((input.placementConstraints ?? []).length > 0 || (input.placementStrategy ?? []).length > 0) {
    throw invalidParameter('Placement constraints and strategies are not supported on Fargate.')
  }
}

/** DEP-1, C2, R16. */
function checkConfiguration({
  deploymentConfiguration: configuration,
}: Pick<CreateServiceCommandInput, 'deploymentConfiguration'>): void {
  if (configuration === undefined) return
  const { minimumHealthyPercent: least, maximumPercent: most } = configuration
  const { strategy = 'ROLLING', deploymentCircuitBreaker: breaker, alarms } = configuration
  if (strategy !== 'ROLLING') {
    throw invalidParameter(`The engine does not support the deployment strategy ${strategy} yet.`)
  }
  if ((configuration.lifecycleHooks ?? []).length > 0) {
    throw invalidParameter('The engine does not support deployment lifecycle hooks yet.')
  }
  if (least !== undefined && (least < 0 || least > 100)) {
    throw invalidParameter('minimumHealthyPercent must be between 0 and 100.')
  }
  if (most !== undefined && most < 100) {
    throw invalidParameter('maximumPercent must be at least 100.')
  }
  const threshold = breaker?.thresholdConfiguration
  if (threshold !== undefined && (threshold.value === undefined || threshold.value < 0)) {
    throw invalidParameter('The threshold of the deployment circuit breaker must not be negative.')
  }
  if (alarms?.enable === true && (alarms.alarmNames ?? []).length === 0) {
    throw invalidParameter('Deployment alarms need at least one alarm name.')
  }
}

/** TASK-16: an inactive definition runs on where it runs, but starts nothing new. */
export function checkLaunchable({ status, definition }: TaskDefinitionRecord): void {
  if (status !== 'ACTIVE') throw clientError('TaskDefinition is inactive')
  if (definition.compatibilities?.includes('FARGATE') === true) return
  throw invalidParameter('Task definition does not support launch_type FARGATE.')
}

export function requiredSubnets({
  networkConfiguration,
}: Pick<CreateServiceCommandInput, 'networkConfiguration'>): readonly string[] {
  const subnets = networkConfiguration?.awsvpcConfiguration?.subnets ?? []
  if (subnets.length > 0) return subnets
  throw invalidParameter(
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
  )
}
