import { AwsError } from '../../../aws-error.ts'
import type { EcsState } from '../ecs-state.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts'
import type { Target, TargetWatch } from './target-watch.ts'

/** The service and deployment of a task; undefined for a task on its own. */
export function ownerOf(
  state: EcsState,
  task: TaskRecord,
): { service: ServiceRecord; deployment: DeploymentRecord } | undefined {
  if (task.service === undefined) return undefined
  const service = state.currentService({ ...task, name: task.service })
  const deployment = service?.deployments.find(({ id }) => id === task.startedBy)
  return service === undefined || deployment === undefined ? undefined : { service, deployment }
}

export function targetsOf(state: EcsState, task: TaskRecord): Target[] {
  const owner = ownerOf(state, task)
  const id = task.networkInterface?.privateIp
  if (owner === undefined || id === undefined) return []
  return owner.deployment.loadBalancers.flatMap(({ targetGroupArn, containerPort }) =>
    targetGroupArn === undefined || containerPort === undefined
      ? []
      : [{ group: targetGroupArn, id, port: containerPort }],
  )
}

/** Puts a task into its service's target groups. */
export async function register(state: EcsState, task: TaskRecord): Promise<void> {
  const { elbv2 } = state.context.calls(task.region)
  for (const { group, id, port } of targetsOf(state, task)) {
    try {
      await elbv2.registerTargets({ TargetGroupArn: group, Targets: [{ Id: id, Port: port }] })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      // E13: the task goes on, and counts as healthy only when it is registered.
      const service = ownerOf(state, task)?.service
      const text = ` failed to register targets in (target-group ${group}) with (error ${error.message}).`
      if (service !== undefined) state.events.add(service, text)
      continue
    }
    tally(state, task, 'registered', group)
  }
}

/**
 * Takes a task out of its target groups and waits until they have drained (L3): only then may its
 * containers be told to stop, so that no request is lost.
 */
export async function deregister(
  state: EcsState,
  task: TaskRecord,
  watch: TargetWatch,
): Promise<void> {
  const targets = await leaveTargets(state, task)
  if (targets.length === 0) return
  const service = ownerOf(state, task)?.service
  if (service !== undefined) {
    state.events.tally(
      service,
      'draining',
      (count) => ` has begun draining connections on ${count} tasks.`,
    )
  }
  await Promise.all(targets.map((target) => watch.drained(task.region, target)))
}

/** Deregisters without waiting; gives the targets that were registered. */
export async function leaveTargets(state: EcsState, task: TaskRecord): Promise<Target[]> {
  const { elbv2 } = state.context.calls(task.region)
  const left: Target[] = []
  for (const target of targetsOf(state, task)) {
    const { group, id, port } = target
    try {
      await elbv2.deregisterTargets({ TargetGroupArn: group, Targets: [{ Id: id, Port: port }] })
    } catch (error) {
      // The group may have been deleted before the service.
      if (!(error instanceof AwsError)) throw error
      continue
    }
    left.push(target)
    tally(state, task, 'deregistered', group)
  }
  return left
}

function tally(
  state: EcsState,
  task: TaskRecord,
  what: 'registered' | 'deregistered',
  group: string,
): void {
  const service = ownerOf(state, task)?.service
  if (service === undefined) return
  state.events.tally(
    service,
    `${what} ${group}`,
    (count) => ` ${what} ${count} targets in (target-group ${group})`,
  )
}
