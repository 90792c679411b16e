import type { TargetHealthStateEnum } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { EcsState } from '../ecs-state.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts'

/** How often a draining target is looked at, on the wall clock. */
const LOOK_MS = 50

interface Target {
  readonly group: string
  readonly id: string
  readonly port: number
}

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
    await elbv2.registerTargets({ TargetGroupArn: group, Targets: [{ Id: id, Port: port }] })
    tell(state, task, ` registered 1 targets in (target-group ${group})`)
  }
}

/**
 * Takes a task out of its target groups and waits until they have drained (L3): only then may its
 * containers be told to stop, so that no request is lost.
 */
export async function deregister(state: EcsState, task: TaskRecord): Promise<void> {
  const { elbv2 } = state.context.calls(task.region)
  const targets = targetsOf(state, task)
  for (const { group, id, port } of targets) {
    try {
      await elbv2.deregisterTargets({ TargetGroupArn: group, Targets: [{ Id: id, Port: port }] })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      continue
    }
    tell(state, task, ` deregistered 1 targets in (target-group ${group})`)
  }
  if (targets.length > 0) tell(state, task, ' has begun draining connections on 1 tasks.')
  for (const target of targets) await untilDrained(state, task, target)
}

async function untilDrained(state: EcsState, task: TaskRecord, target: Target): Promise<void> {
  const { clock } = state.context
  while ((await targetState(state, task, target)) === 'draining') {
    await clock.sleep(clock.real(LOOK_MS))
  }
}

/** A target's state; undefined when its group or the target is gone. */
export async function targetState(
  state: EcsState,
  task: TaskRecord,
  { group, id, port }: Target,
): Promise<TargetHealthStateEnum | undefined> {
  const health = await targetHealth(state, task, { group, id, port })
  return health?.State
}

export async function targetHealth(state: EcsState, task: TaskRecord, target: Target) {
  try {
    const { TargetHealthDescriptions } = await state.context
      .calls(task.region)
      .elbv2.describeTargetHealth({
        TargetGroupArn: target.group,
        Targets: [{ Id: target.id, Port: target.port }],
      })
    return TargetHealthDescriptions?.[0]?.TargetHealth
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

function tell(state: EcsState, task: TaskRecord, text: string): void {
  const owner = ownerOf(state, task)
  if (owner !== undefined) state.event(owner.service, text)
}
