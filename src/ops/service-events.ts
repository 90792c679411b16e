import { DescribeServicesCommand } from '@aws-sdk/client-ecs'
import type { Connection } from './connection.ts'
import type { DeployedService } from './deployed-system.ts'

export interface ServiceEvent {
  readonly id: string
  readonly createdAt: Date
  readonly service: string
  readonly message: string
}

/** The events that ECS keeps (the last hundred of each service), oldest first. */
export async function serviceEvents(
  connection: Connection,
  services: readonly DeployedService[],
): Promise<ServiceEvent[]> {
  const ecs = await connection.ecs()
  const found = await Promise.all(
    services.map(async ({ name, cluster, serviceName }) => {
      const described = await ecs.send(
        new DescribeServicesCommand({ cluster, services: [serviceName] }),
      )
      return (described.services?.[0]?.events ?? []).map((event) => ({
        id: event.id ?? '',
        createdAt: event.createdAt ?? new Date(0),
        service: name,
        message: event.message ?? '',
      }))
    }),
  )
  // ECS lists the newest first, and several may share a millisecond: reversing keeps their order.
  return found
    .flatMap((events) => events.toReversed())
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}
