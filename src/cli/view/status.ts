import type { ServiceStatus, SystemStatus } from '../../ops/status.ts'
import { table } from './table.ts'

const SHORT_ID = 8

/** A system's status as people read it. */
export function statusText(status: SystemStatus): string {
  const where = status.endpoint === undefined ? '' : `  ${status.endpoint}`
  return [
    `${status.system} (${status.environment})  ${status.stack.status}${where}`,
    ...status.services.flatMap(serviceLines),
  ].join('\n')
}

function serviceLines(service: ServiceStatus): string[] {
  const pending = service.pending > 0 ? `, ${service.pending} pending` : ''
  const lines = [
    '',
    `${service.name}  ${service.running} of ${service.desired} running${pending}`,
    ...service.urls.map((url) => `  ${url}`),
  ]
  if (service.deployments.length > 1 || service.deployments[0]?.rolloutState !== 'COMPLETED') {
    lines.push(
      ...table(
        service.deployments.map((deployment) => [
          deployment.status.toLowerCase(),
          deployment.taskDefinition,
          `${deployment.running}/${deployment.desired}`,
          deployment.failed > 0 ? `${deployment.failed} failed` : '',
          deployment.reason,
        ]),
        '  ',
      ),
    )
  }
  lines.push(
    ...table(
      service.tasks.map((task) => [
        task.id.slice(0, SHORT_ID),
        task.status,
        task.health === 'UNKNOWN' ? '' : task.health,
        task.taskDefinition,
        task.ip,
        task.zone,
      ]),
      '  ',
    ),
  )
  if (service.lastStopped !== undefined && service.running < service.desired) {
    const { id, reason } = service.lastStopped
    lines.push(`  last stopped: ${id.slice(0, SHORT_ID)} ${reason}`)
  }
  return lines
}
