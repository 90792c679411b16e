import { DescribeServicesCommand, type Task } from '@aws-sdk/client-ecs'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import type { DeployedService } from './deployed-system.ts'
import { type OneOffResult, startOneOff, untilStopped } from './one-off.ts'
import type { Pause } from './pause.ts'

export interface ServiceRun {
  readonly container: string
  readonly command: readonly string[]
  readonly pause: Pause
  readonly onStatus: (task: Task) => void
}

/** Runs a command in a new task made like the service's own. */
export async function runInService(
  connection: Connection,
  service: DeployedService,
  { container, command, pause, onStatus }: ServiceRun,
): Promise<{ task: Task; ended: Promise<OneOffResult> }> {
  const ecs = await connection.ecs()
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: service.cluster, services: [service.serviceName] }),
  )
  const network = services?.[0]?.networkConfiguration?.awsvpcConfiguration
  const taskDefinition = services?.[0]?.taskDefinition
  if (network === undefined || taskDefinition === undefined) {
    throw new LongshoreError('no-service', `ECS has no active service ${service.serviceName}`, {
      place: service.cluster,
      next: 'Deploy it: longshore up.',
    })
  }
  const { cluster } = service
  const task = await startOneOff(ecs, {
    cluster,
    taskDefinition,
    container,
    command,
    network,
    startedBy: 'longshore-run',
  })
  const ended = untilStopped(ecs, { cluster, task, container }, { pause, onChange: onStatus })
  return { task, ended }
}
