import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { FARGATE_SIZES, isFargateSize } from '../../../../aws/fargate-sizes.ts'
import { clientError, invalidParameter } from '../errors.ts'
import { cpuUnits, memoryMiB } from './task-size.ts'

const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens']
const LEAST_STORAGE_GIB = 21
const MOST_STORAGE_GIB = 200
const MOST_TIMEOUT_SECONDS = 120
const LEAST_TIMEOUT_SECONDS = 2

/**
 * Refuses what Fargate would not run. Amazon ECS Developer Guide, "Amazon ECS task definition
 * differences for Fargate"; rules TASK-5, TASK-11, K3, K8, K9.
 */
export function checkFargate(input: RegisterTaskDefinitionCommandInput): void {
  if ((input.networkMode ?? 'awsvpc') !== 'awsvpc') {
    throw clientError("Fargate only supports network mode 'awsvpc'.")
  }
  checkSize(input)
  checkVolumes(input)
  if ((input.placementConstraints ?? []).length > 0) throw unsupported('placementConstraints')
  if (input.ipcMode !== undefined) throw unsupported('ipcMode')
  const ports = new Set<string>()
  for (const container of input.containerDefinitions ?? []) {
    checkPorts(container, ports)
    checkParameters(container)
    checkTimeouts(container)
    checkLogging(container, input)
  }
}

function unsupported(parameter: string) {
  return clientError(`The parameter '${parameter}' is not supported on Fargate.`)
}

/** TASK-11. */
function checkSize(input: RegisterTaskDefinitionCommandInput): void {
  const { cpu, memory, ephemeralStorage } = input
  if (cpu === undefined) {
    throw clientError("Fargate requires that 'cpu' be defined at the task level.")
  }
  if (memory === undefined) {
    throw clientError("Fargate requires that 'memory' be defined at the task level.")
  }
  if (!FARGATE_SIZES.has(cpuUnits(cpu))) {
    throw clientError(
      "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
    )
  }
  if (!isFargateSize(cpuUnits(cpu), memoryMiB(memory))) {
    throw clientError(
      'No Fargate configuration exists for given values: ' +
        `${cpuUnits(cpu)} CPU, ${memoryMiB(memory)} memory. See the Amazon ECS documentation for the valid values.`,
    )
  }
  const size = ephemeralStorage?.sizeInGiB
  if (size !== undefined && (size < LEAST_STORAGE_GIB || size > MOST_STORAGE_GIB)) {
    throw clientError(
      `Ephemeral storage size must be between ${LEAST_STORAGE_GIB} and ${MOST_STORAGE_GIB} GiB.`,
    )
  }
}

/** What Fargate has not, and what the engine has not yet: better than an empty folder. */
function checkVolumes({ volumes = [] }: RegisterTaskDefinitionCommandInput): void {
  for (const volume of volumes) {
    if (volume.dockerVolumeConfiguration !== undefined) {
      throw unsupported('dockerVolumeConfiguration')
    }
    if (volume.host?.sourcePath !== undefined) throw unsupported('host.sourcePath')
    const external =
      volume.efsVolumeConfiguration !== undefined ||
      volume.fsxWindowsFileServerVolumeConfiguration !== undefined ||
      volume.configuredAtLaunch === true
    if (!external) continue
    throw invalidParameter(
      `The engine does not support the kind of volume '${volume.name ?? ''}' yet.`,
    )
  }
}

function checkPorts({ portMappings = [] }: ContainerDefinition, taken: Set<string>): void {
  for (const { containerPort, hostPort, protocol = 'tcp' } of portMappings) {
    if (hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) {
      throw clientError(
        'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
      )
    }
    const port = `${containerPort ?? 0}/${protocol}`
    // The containers of a task share one network namespace.
    if (taken.has(port)) {
      throw clientError('Port mappings of a task must have unique container ports.')
    }
    taken.add(port)
  }
}

/** K9. */
function checkParameters(container: ContainerDefinition): void {
  const lists = ['links', 'extraHosts', 'dockerSecurityOptions', 'dnsServers', 'dnsSearchDomains']
  for (const name of lists as (keyof ContainerDefinition)[]) {
    const value = container[name]
    if (Array.isArray(value) && value.length > 0) throw unsupported(name)
  }
  if (container.privileged === true) throw unsupported('privileged')
  if (container.disableNetworking === true) throw unsupported('disableNetworking')
  const { capabilities, devices, sharedMemorySize, tmpfs, maxSwap, swappiness } =
    container.linuxParameters ?? {}
  if ((capabilities?.add ?? []).some((capability) => capability !== 'SYS_PTRACE')) {
    throw unsupported('linuxParameters.capabilities.add')
  }
  const given = { devices, sharedMemorySize, tmpfs, maxSwap, swappiness }
  for (const [name, value] of Object.entries(given)) {
    const empty = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!empty) throw unsupported(`linuxParameters.${name}`)
  }
  const kinds = container.resourceRequirements ?? []
  if (kinds.some(({ type }) => type === 'GPU')) throw unsupported('resourceRequirements.GPU')
}

function checkTimeouts({ startTimeout, stopTimeout }: ContainerDefinition): void {
  for (const [name, value] of Object.entries({ startTimeout, stopTimeout })) {
    if (value === undefined) continue
    if (value >= LEAST_TIMEOUT_SECONDS && value <= MOST_TIMEOUT_SECONDS) continue
    throw clientError(
      `The ${name} must be between ${LEAST_TIMEOUT_SECONDS} and ${MOST_TIMEOUT_SECONDS} seconds on Fargate.`,
    )
  }
}

function checkLogging(
  { logConfiguration }: ContainerDefinition,
  { executionRoleArn }: RegisterTaskDefinitionCommandInput,
): void {
  if (logConfiguration === undefined) return
  const { logDriver = '', options = {} } = logConfiguration
  if (!LOG_DRIVERS.includes(logDriver)) {
    throw clientError(`Log driver '${logDriver}' is not supported on Fargate.`)
  }
  if (logDriver !== 'awslogs') {
    throw invalidParameter(`The engine does not support the log driver ${logDriver} yet.`)
  }
  for (const option of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']) {
    if (options[option] === undefined) {
      throw clientError(`Log driver awslogs requires options: ${option}`)
    }
  }
  if (executionRoleArn !== undefined) return
  throw clientError(
    'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
  )
}
