import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { ContainerSpec, Mount, PulledImage } from '../../../runtimes/runtime.ts'
import type { TaskRecord } from '../records.ts'

export interface ContainerInputs {
  readonly task: TaskRecord
  readonly container: ContainerDefinition
  readonly image: PulledImage
  /** Values of the container's secrets, by variable. */
  readonly secrets: Readonly<Record<string, string>>
  /** What ECS itself puts into the environment. */
  readonly ownEnvironment: Readonly<Record<string, string>>
  readonly onOutput: ContainerSpec['onOutput']
}

/** How a container starts: the image's configuration, the definition's, the overrides, in turn. */
export function containerSpec(inputs: ContainerInputs): ContainerSpec {
  const { task, container, image, secrets, ownEnvironment } = inputs
  const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name)
  const entryPoint = container.entryPoint ?? image.config.entrypoint
  const command =
    override?.command ??
    container.command ??
    // An entry point of the definition's own does not take the image's command along.
    (container.entryPoint === undefined ? image.config.command : [])
  return {
    name: container.name ?? '',
    image,
    argv: [...entryPoint, ...command],
    environment: {
      ...image.config.environment,
      ...ownEnvironment,
      ...pairs(container.environment),
      ...secrets,
      ...pairs(override?.environment),
    },
    workingDirectory: container.workingDirectory ?? (image.config.workingDirectory || '/'),
    user: container.user ?? image.config.user,
    readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
    memoryMiB: override?.memory ?? container.memory,
    cpuUnits: (override?.cpu ?? container.cpu) || undefined,
    hosts: {},
    mounts: (container.mountPoints ?? []).flatMap(({ sourceVolume, containerPath, readOnly }) =>
      sourceVolume === undefined || containerPath === undefined
        ? []
        : [mount(sourceVolume, containerPath, readOnly)],
    ),
    onOutput: inputs.onOutput,
  }
}

function mount(volume: string, path: string, readOnly: boolean | undefined): Mount {
  return { source: { volume }, path, readonly: readOnly ?? false }
}

function pairs(
  variables: readonly { name?: string | undefined; value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((variables ?? []).map(({ name = '', value = '' }) => [name, value]))
}

/** A health check's command as an argument vector (TASK-6). */
export function healthCommand(command: readonly string[]): string[] {
  const [kind, ...rest] = command
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')]
  return kind === 'CMD' ? rest : [...command]
}
