import { uuid } from '../../random.ts'
import type { Call, EngineContext } from '../service.ts'
import { AwsError } from '../../aws-error.ts'
import type { ActivityRecord, PolicyRecord, TargetRecord } from './records.ts'

const ACTIVITIES_KEPT = 500

/** What names a scalable thing: service namespace, resource and dimension. */
export interface Scalable {
  readonly region: string
  readonly namespace: string
  readonly resourceId: string
  readonly dimension: string
}

/** The records of Application Auto Scaling, and how it reads and changes a service's capacity. */
export class ScalingState {
  readonly context: EngineContext
  readonly targets
  readonly policies
  readonly activities

  constructor(context: EngineContext) {
    this.context = context
    this.targets = context.store.collection<TargetRecord>('application-autoscaling/targets')
    this.policies = context.store.collection<PolicyRecord>('application-autoscaling/policies')
    this.activities = context.store.collection<ActivityRecord>('application-autoscaling/activities')
  }

  target(of: Scalable): TargetRecord | undefined {
    return this.targets.get(keyOf(of))
  }

  policiesOf(of: Scalable): PolicyRecord[] {
    const prefix = `${keyOf(of)}/`
    return [...this.policies.entries()].flatMap(([key, policy]) =>
      key.startsWith(prefix) ? [policy] : [],
    )
  }

  /** The desired count of an ECS service; undefined when it is gone. */
  async currentCapacity({ region, resourceId }: Scalable): Promise<EcsCapacity | undefined> {
    const { cluster, service } = ecsResource(resourceId)
    const { services } = await this.context
      .calls(region)
      .ecs.describeServices({ cluster, services: [service] })
    const found = services?.[0]
    if (found === undefined || found.status !== 'ACTIVE') return undefined
    const deploying = (found.deployments ?? []).some(
      ({ rolloutState }) => rolloutState === 'IN_PROGRESS',
    )
    return { desired: found.desiredCount ?? 0, deploying }
  }

  /** Sets a service's desired count and keeps the activity that says so. */
  async scale(of: TargetRecord, capacity: number, cause: string): Promise<void> {
    const { context } = this
    const { cluster, service } = ecsResource(of.resourceId)
    const activity: ActivityRecord = {
      id: uuid(context.random),
      region: of.region,
      namespace: of.namespace,
      resourceId: of.resourceId,
      dimension: of.dimension,
      description: `Setting desired count to ${capacity}.`,
      cause,
      startedAt: context.clock.now(),
      endedAt: undefined,
      status: 'InProgress',
      message: `Successfully set desired count to ${capacity}. Waiting for change to be fulfilled by ecs.`,
    }
    this.#keep(activity)
    try {
      await context.calls(of.region).ecs.updateService({ cluster, service, desiredCount: capacity })
      this.#keep({
        ...activity,
        endedAt: context.clock.now(),
        status: 'Successful',
        message: `Successfully set desired count to ${capacity}. Change successfully fulfilled by ecs.`,
      })
    } catch (error) {
      this.#keep({
        ...activity,
        endedAt: context.clock.now(),
        status: 'Failed',
        message: `Failed to set desired count to ${capacity}. Reason: ${String(error)}`,
      })
    }
  }

  #keep(activity: ActivityRecord): void {
    this.activities.put(`${activity.region}/${activity.id}`, activity)
    if (this.activities.size <= ACTIVITIES_KEPT) return
    const oldest = this.activities.entries().next().value
    if (oldest !== undefined) this.activities.delete(oldest[0])
  }
}

export interface EcsCapacity {
  readonly desired: number
  /** A rollout is under way: scaling in waits for it, scaling out does not. */
  readonly deploying: boolean
}

export function keyOf({ region, namespace, resourceId, dimension }: Scalable): string {
  return `${region}/${namespace}/${resourceId}/${dimension}`
}

/** `service/CLUSTER/NAME`. */
export function ecsResource(resourceId: string): { cluster: string; service: string } {
  const [kind, cluster, service] = resourceId.split('/')
  if (kind !== 'service' || cluster === undefined || service === undefined || service === '') {
    throw new AwsError(
      'ValidationException',
      `Unsupported service namespace, resource type or scalable dimension: ${resourceId}`,
    )
  }
  return { cluster, service }
}

/** What an input that names a scalable thing names. */
export function scalableOf(
  input: {
    ServiceNamespace?: string | undefined
    ResourceId?: string | undefined
    ScalableDimension?: string | undefined
  },
  call: Call,
): Scalable {
  return {
    region: call.region,
    namespace: input.ServiceNamespace ?? '',
    resourceId: input.ResourceId ?? '',
    dimension: input.ScalableDimension ?? '',
  }
}
