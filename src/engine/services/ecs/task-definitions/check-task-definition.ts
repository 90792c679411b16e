import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { clientError, invalidParameter } from '../errors.ts'
import { checkDependencies } from './check-dependencies.ts'
import { checkFargate } from './check-fargate.ts'
import { cpuUnits, memoryMiB } from './task-size.ts'

const NAME = /^[\w-]{1,255}$/
const MOST_CONTAINERS = 20
const COMPATIBILITIES = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']

/** Limits of a health check, in seconds but for the retries (K5). */
const HEALTH_CHECK_LIMITS = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const

/**
 * Refuses what ECS would not register, in its words where they are known; for a definition that
 * requires Fargate, what Fargate would not run too. Amazon ECS Developer Guide, "Amazon ECS task
 * definition parameters"; rules TASK-3, TASK-4, TASK-6, TASK-7, TASK-11, K8, K9, K13.
 */
export function checkTaskDefinition(input: RegisterTaskDefinitionCommandInput): void {
  const containers = input.containerDefinitions ?? []
  if (!NAME.test(input.family ?? '')) throw clientError('Family contains invalid characters.')
  if (containers.length === 0) throw clientError('Container list cannot be empty.')
  if (containers.length > MOST_CONTAINERS) {
    throw clientError(`A task definition can have at most ${MOST_CONTAINERS} containers.`)
  }
  const unknown = input.requiresCompatibilities?.find((each) => !COMPATIBILITIES.includes(each))
  if (unknown !== undefined) {
    throw clientError(`requiresCompatibilities does not have a value ${unknown}.`)
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw clientError('All tasks must have at least one essential container.')
  }
  for (const container of containers) checkContainer(container, input)
  checkTogether(containers, input)
  checkDependencies(containers)
  if (input.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(input)
}

function checkContainer(
  container: ContainerDefinition,
  task: RegisterTaskDefinitionCommandInput,
): void {
  const { name = '', memory, memoryReservation } = container
  if (!NAME.test(name)) throw clientError(`Invalid container name: '${name}'.`)
  if ((container.image ?? '') === '') {
    throw clientError('Container.image should not be null or empty.')
  }
  if (task.memory === undefined && memory === undefined && memoryReservation === undefined) {
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    )
  }
  if (memory !== undefined && memory > memoryMiB(task.memory)) {
    throw clientError("The 'memory' setting for container is greater than for the task.")
  }
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    throw clientError(
      "The 'memoryReservation' of a container must not be greater than its 'memory'.",
    )
  }
  for (const { containerPort = 0 } of container.portMappings ?? []) {
    if (containerPort >= 0 && containerPort <= 65_535) continue
    throw clientError(`Invalid 'containerPort' setting for container '${name}'.`)
  }
  checkVariables(container, task)
  checkHealthCheck(container)
  checkRestarts(container)
}

/** K8. */
function checkVariables(
  { environment = [], environmentFiles = [], secrets = [] }: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionCommandInput,
): void {
  const taken = new Set(environment.map((variable) => variable.name))
  for (const { name = '' } of secrets) {
    if (taken.has(name)) {
      throw clientError(
        'The secret name must be unique and not shared with any new or existing environment ' +
          `variables set on the container, such as '${name}'.`,
      )
    }
    taken.add(name)
  }
  if (secrets.length > 0 && executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    )
  }
  if (environmentFiles.length > 0) {
    throw invalidParameter('The engine does not support environment files yet.')
  }
}

function checkHealthCheck({ name = '', healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return
  const [kind] = healthCheck.command ?? []
  if (kind === undefined) {
    throw clientError(`The health check of container '${name}' has no command.`)
  }
  for (const [field, [least, most]] of Object.entries(HEALTH_CHECK_LIMITS)) {
    const value = healthCheck[field as keyof typeof HEALTH_CHECK_LIMITS]
    if (value === undefined || (value >= least && value <= most)) continue
    throw clientError(`Invalid ${field} ${value}: it must be between ${least} and ${most}.`)
  }
}

/** K7. */
function checkRestarts({ restartPolicy }: ContainerDefinition): void {
  const period = restartPolicy?.restartAttemptPeriod
  if (period !== undefined && (period < 60 || period > 1800)) {
    throw clientError('The restartAttemptPeriod must be between 60 and 1800 seconds.')
  }
  if ((restartPolicy?.ignoredExitCodes ?? []).length > 50) {
    throw clientError('At most 50 ignoredExitCodes can be specified.')
  }
}

/** Names, ports, shares and volumes, which only the whole task can judge. */
function checkTogether(
  containers: readonly ContainerDefinition[],
  task: RegisterTaskDefinitionCommandInput,
): void {
  const names = containers.map(({ name }) => name)
  if (new Set(names).size < names.length) throw clientError('Container names must be unique.')
  const shares = containers.reduce((sum, { cpu }) => sum + (cpu ?? 0), 0)
  if (shares > cpuUnits(task.cpu)) {
    throw clientError("The sum of the containers' 'cpu' is greater than that of the task.")
  }
  const volumes = new Set((task.volumes ?? []).map(({ name }) => name))
  for (const { mountPoints } of containers) {
    for (const { sourceVolume } of mountPoints ?? []) {
      if (!volumes.has(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume ?? ''}'.`)
    }
  }
}
