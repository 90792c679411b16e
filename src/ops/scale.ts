import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling'
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import type { DeployedService } from './deployed-system.ts'

export type Scale = { readonly count: number } | { readonly min: number; readonly max: number }

export interface Scaled {
  readonly service: string
  readonly desiredCount: number
  /** Undefined: the service does not scale by itself. */
  readonly bounds: { readonly min: number; readonly max: number } | undefined
}

const DIMENSION = 'ecs:service:DesiredCount'

/**
 * Sets a service's desired count, or the bounds between which it scales. A count outside the bounds
 * of a service that scales by itself is refused, since scaling would undo it.
 */
export async function scaleService(
  connection: Connection,
  service: DeployedService,
  scale: Scale,
): Promise<Scaled> {
  const target = await scalableTarget(connection, service)
  if ('count' in scale) {
    refuseOutside(service, scale.count, target)
    const ecs = await connection.ecs()
    await ecs.send(
      new UpdateServiceCommand({
        cluster: service.cluster,
        service: service.serviceName,
        desiredCount: scale.count,
      }),
    )
    return {
      service: service.name,
      desiredCount: scale.count,
      bounds: target && { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 },
    }
  }
  if (scale.min > scale.max) {
    throw new LongshoreError('usage', `${scale.min} is more than ${scale.max}`, {
      place: 'COUNT',
      next: 'Give the smaller bound first.',
      exitCode: 2,
    })
  }
  const autoscaling = await connection.autoscaling()
  await autoscaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: resourceId(service),
      ScalableDimension: DIMENSION,
      MinCapacity: scale.min,
      MaxCapacity: scale.max,
    }),
  )
  return {
    service: service.name,
    desiredCount: await desiredCount(connection, service),
    bounds: { min: scale.min, max: scale.max },
  }
}

function refuseOutside(
  service: DeployedService,
  count: number,
  target: ScalableTarget | undefined,
): void {
  const min = target?.MinCapacity ?? 0
  const max = target?.MaxCapacity ?? Number.POSITIVE_INFINITY
  if (count >= min && count <= max) return
  throw new LongshoreError('scale-bounds', `${service.name} scales from ${min} to ${max} tasks`, {
    place: `count ${count}`,
    next: `Change its bounds: longshore scale ${service.name} ${Math.min(min, count)}-${Math.max(max, count)}.`,
    exitCode: 2,
  })
}

async function scalableTarget(
  connection: Connection,
  service: DeployedService,
): Promise<ScalableTarget | undefined> {
  const autoscaling = await connection.autoscaling()
  const { ScalableTargets } = await autoscaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: 'ecs',
      ResourceIds: [resourceId(service)],
      ScalableDimension: DIMENSION,
    }),
  )
  return ScalableTargets?.[0]
}

async function desiredCount(connection: Connection, service: DeployedService): Promise<number> {
  const ecs = await connection.ecs()
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: service.cluster, services: [service.serviceName] }),
  )
  return services?.[0]?.desiredCount ?? 0
}

function resourceId({ cluster, serviceName }: DeployedService): string {
  return `service/${cluster}/${serviceName}`
}
