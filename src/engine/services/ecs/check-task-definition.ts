import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'
import { FARGATE_SIZES, isFargateSize } from '../../../aws/fargate-sizes.ts'
import type { AwsError } from '../../aws-error.ts'
import { clientError } from './errors.ts'

const NAME = /^[\w-]{1,255}$/

/** A task's CPU: units, or `1 vCPU`. */
export function cpuUnits(text: string | undefined): number {
  const match = /^\s*([\d.]+)\s*(vcpu)?\s*$/i.exec(text ?? '')
  if (match === null) return Number.NaN
  return match[2] === undefined ? Number(match[1]) : Number(match[1]) * 1024
}

/** A task's memory in MiB: a number, or `2 GB`. */
export function memoryMiB(text: string | undefined): number {
  const match = /^\s*([\d.]+)\s*(gb)?\s*$/i.exec(text ?? '')
  if (match === null) return Number.NaN
  return match[2] === undefined ? Number(match[1]) : Number(match[1]) * 1024
}

/**
 * Refuses what ECS would not register for Fargate, in its words. Amazon ECS Developer Guide, "Task
 * definition parameters for Fargate"; rules TASK-3, TASK-4, TASK-11, K8, K9, K13.
 */
export function checkTaskDefinition(input: RegisterTaskDefinitionCommandInput): void {
  const containers = input.containerDefinitions ?? []
  if (!NAME.test(input.family ?? '')) throw clientError('Family contains invalid characters.')
  if (containers.length === 0) throw clientError('Container list cannot be empty.')
  checkTaskSize(input)
  if (input.networkMode !== undefined && input.networkMode !== 'awsvpc') {
    throw clientError("Fargate only supports network mode 'awsvpc'.")
  }
  if (containers.every(({ essential }) => essential === false)) {
    throw clientError('All tasks must have at least one essential container.')
  }
  for (const container of containers) checkContainer(container, input)
  checkTogether(containers, input)
  checkDependencies(containers)
}

function checkTaskSize({
  cpu,
  memory,
  ephemeralStorage,
}: RegisterTaskDefinitionCommandInput): void {
  if (cpu === undefined)
    throw clientError("Fargate requires that 'cpu' be defined at the task level.")
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
  if (size !== undefined && (size < 21 || size > 200)) {
    throw clientError('Ephemeral storage size must be between 21 and 200 GiB.')
  }
}

function checkContainer(
  container: ContainerDefinition,
  task: RegisterTaskDefinitionCommandInput,
): void {
  const { name = '' } = container
  if (!NAME.test(name)) throw clientError(`Invalid container name: '${name}'.`)
  if ((container.image ?? '') === '')
    throw clientError(`Container.image should not be null or empty.`)
  if (container.memory !== undefined && container.memory > memoryMiB(task.memory)) {
    throw clientError("The 'memory' setting for container is greater than for the task.")
  }
  for (const { containerPort, hostPort } of container.portMappings ?? []) {
    if (hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort) {
      throw clientError(
        'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
      )
    }
  }
  const variables = new Set((container.environment ?? []).map((variable) => variable.name))
  for (const secret of container.secrets ?? []) {
    if (!variables.has(secret.name)) continue
    throw clientError(
      'The secret name must be unique and not shared with any new or existing environment ' +
        `variables set on the container, such as '${secret.name ?? ''}'.`,
    )
  }
  checkUnsupported(container)
  checkLogging(container)
  const stop = container.stopTimeout
  if (stop !== undefined && (stop < 0 || stop > 120)) {
    throw clientError('The stopTimeout value must be between 2 and 120 seconds on Fargate.')
  }
}

function checkUnsupported(container: ContainerDefinition): void {
  const refuse = (what: string): AwsError =>
    clientError(`The parameter '${what}' is not supported on Fargate.`)
  if (container.privileged === true) throw refuse('privileged')
  if ((container.links ?? []).length > 0) throw refuse('links')
  if ((container.extraHosts ?? []).length > 0) throw refuse('extraHosts')
  if ((container.dockerSecurityOptions ?? []).length > 0) throw refuse('dockerSecurityOptions')
  if ((container.dnsServers ?? []).length > 0) throw refuse('dnsServers')
  const added = container.linuxParameters?.capabilities?.add ?? []
  if (added.some((capability) => capability !== 'SYS_PTRACE'))
    throw refuse('linuxParameters.capabilities.add')
}

function checkLogging({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration === undefined) return
  const { logDriver, options = {} } = logConfiguration
  if (!['awslogs', 'splunk', 'awsfirelens'].includes(logDriver ?? '')) {
    throw clientError(`Log driver '${logDriver ?? ''}' is not supported on Fargate.`)
  }
  if (logDriver !== 'awslogs') return
  for (const option of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix']) {
    if (options[option] === undefined) {
      throw clientError(`Log driver awslogs requires options: ${option}`)
    }
  }
}

/** Names, ports and CPU shares that only the whole task can judge. */
function checkTogether(
  containers: readonly ContainerDefinition[],
  task: RegisterTaskDefinitionCommandInput,
): void {
  const names = containers.map(({ name }) => name)
  if (new Set(names).size < names.length) throw clientError('Container names must be unique.')
  const ports = containers.flatMap(({ portMappings }) =>
    (portMappings ?? []).map(
      (mapping) => `${mapping.containerPort ?? 0}/${mapping.protocol ?? 'tcp'}`,
    ),
  )
  if (new Set(ports).size < ports.length) {
    throw clientError('Port mappings of a task must have unique container ports.')
  }
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

function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name ?? '', container]))
  for (const { name, dependsOn } of containers) {
    for (const { containerName = '', condition } of dependsOn ?? []) {
      const other = byName.get(containerName)
      if (other === undefined) {
        throw clientError(
          `Container '${name ?? ''}' depends on unknown container '${containerName}'.`,
        )
      }
      if (/COMPLETE|SUCCESS/.test(condition ?? '') && other.essential !== false) {
        throw clientError(
          `The condition ${condition ?? ''} cannot be used for the essential container '${containerName}'.`,
        )
      }
      if (condition === 'HEALTHY' && other.healthCheck === undefined) {
        throw clientError(
          `Container '${containerName}' has no health check; the condition HEALTHY needs one.`,
        )
      }
    }
  }
  const visiting = new Set<string>()
  const done = new Set<string>()
  const visit = (name: string): void => {
    if (done.has(name)) return
    if (visiting.has(name)) throw clientError('Container dependencies must not form a cycle.')
    visiting.add(name)
    for (const { containerName = '' } of byName.get(name)?.dependsOn ?? []) visit(containerName)
    visiting.delete(name)
    done.add(name)
  }
  for (const name of byName.keys()) visit(name)
}
