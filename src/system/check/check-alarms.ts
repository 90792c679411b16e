import type { Cluster } from '../cluster.ts'
import type { ExistingCluster } from '../existing.ts'
import type { Problem } from '../problem.ts'
import type { Service } from '../service.ts'

/** Alarms on metrics that nobody would publish. */
export function checkAlarms(
  { options }: Service,
  place: string,
  cluster: Cluster | ExistingCluster | undefined,
): Problem[] {
  const { alarms, expose } = options
  if (typeof alarms !== 'object') return []
  const hasInsights =
    cluster?.kind !== 'cluster' || cluster.options.containerInsights !== 'disabled'
  const isBalanced = (expose ?? []).some(
    ({ options: { targetGroup } }) => targetGroup === undefined,
  )
  const needs = [
    ...(hasInsights ? [] : (['runningBelow'] as const)),
    ...(isBalanced ? [] : (['healthyBelow', 'errorsAbove', 'slowerThanSeconds'] as const)),
  ]
  return needs
    .filter((field) => alarms[field] !== undefined)
    .map((field) => ({
      code: 'alarm-without-metric',
      place: `${place}.alarms.${field}`,
      message:
        field === 'runningBelow'
          ? 'only Container Insights counts running tasks, and the cluster has it disabled.'
          : 'only a load balancer of this system measures that, and the service has none.',
      next: 'Leave the alarm out, or add what measures it.',
    }))
}
