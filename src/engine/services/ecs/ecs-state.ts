import type { Failure, Tag } from '@aws-sdk/client-ecs'
import { lastPart, parseArn } from '../../../aws/arn.ts'
import type { Collection } from '../../store/store.ts'
import type { Call, EngineContext } from '../service.ts'
import { clientError, clusterNotFound, serviceNotFound } from './errors.ts'
import { DeploymentHistory } from './deployments/deployment-history.ts'
import { RecordIndex } from './record-index.ts'
import type {
  ClusterRecord,
  FamilyRecord,
  ServiceKey,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from './records.ts'
import { ServiceEvents } from './service-events.ts'

const DEFAULT_CLUSTER = 'default'

/** The records of ECS and the ways to find them. */
export class EcsState {
  readonly context: EngineContext
  readonly clusters: Collection<ClusterRecord>
  readonly taskDefinitions: Collection<TaskDefinitionRecord>
  readonly families: Collection<FamilyRecord>
  readonly services: Collection<ServiceRecord>
  readonly tasks: Collection<TaskRecord>
  readonly events: ServiceEvents
  readonly history: DeploymentHistory
  readonly #servicesByCluster: RecordIndex<ServiceRecord>
  readonly #tasksByCluster: RecordIndex<TaskRecord>
  readonly #tasksByService: RecordIndex<TaskRecord>
  readonly #tasksByToken: RecordIndex<TaskRecord>

  constructor(context: EngineContext) {
    const { store } = context
    this.context = context
    this.clusters = store.collection('ecs/clusters')
    this.taskDefinitions = store.collection('ecs/task-definitions')
    this.families = store.collection('ecs/families')
    this.services = store.collection('ecs/services')
    this.tasks = store.collection('ecs/tasks')
    this.events = new ServiceEvents(context)
    this.history = new DeploymentHistory(context)
    this.#servicesByCluster = new RecordIndex(this.services, clusterKeyOf)
    this.#tasksByCluster = new RecordIndex(this.tasks, clusterKeyOf)
    this.#tasksByService = new RecordIndex(this.tasks, ({ region, cluster, service }) =>
      service === undefined ? undefined : `${region}/${cluster}/${service}`,
    )
    this.#tasksByToken = new RecordIndex(this.tasks, ({ region, cluster, clientToken }) =>
      clientToken === undefined ? undefined : `${region}/${cluster}/${clientToken}`,
    )
  }

  arn(call: Pick<Call, 'region' | 'accountId'>, resource: string): string {
    return `arn:aws:ecs:${call.region}:${call.accountId}:${resource}`
  }

  findCluster(region: string, nameOrArn: string | undefined): ClusterRecord | undefined {
    const found = this.clusters.get(`${region}/${lastPart(nameOrArn ?? DEFAULT_CLUSTER)}`)
    return found?.status === 'ACTIVE' ? found : undefined
  }

  cluster(call: Call, nameOrArn: string | undefined): ClusterRecord {
    const found = this.findCluster(call.region, nameOrArn)
    if (found === undefined) throw clusterNotFound()
    return found
  }

  findService(cluster: ClusterRecord, nameOrArn: string): ServiceRecord | undefined {
    return this.services.get(`${cluster.region}/${cluster.name}/${lastPart(nameOrArn)}`)
  }

  service(cluster: ClusterRecord, nameOrArn: string | undefined): ServiceRecord {
    const found = this.findService(cluster, nameOrArn ?? '')
    if (found === undefined || found.status === 'INACTIVE') throw serviceNotFound()
    return found
  }

  putService(service: ServiceRecord): void {
    this.services.put(serviceKey(service), service)
  }

  /** The record as it is now: an actor must not write back what it read before it waited. */
  currentService(service: ServiceKey): ServiceRecord | undefined {
    return this.services.get(serviceKey(service))
  }

  servicesIn(cluster: ClusterRecord): ServiceRecord[] {
    return this.#servicesByCluster.of(`${cluster.region}/${cluster.name}`)
  }

  tasksIn(cluster: ClusterRecord): TaskRecord[] {
    return this.#tasksByCluster.of(`${cluster.region}/${cluster.name}`)
  }

  tasksOf(service: ServiceKey): TaskRecord[] {
    return this.#tasksByService.of(serviceKey(service))
  }

  /** What is left of a cluster that was deleted: stopped tasks, inactive services. */
  forgetCluster(cluster: ClusterRecord): void {
    for (const task of this.tasksIn(cluster)) {
      this.tasks.delete(`${task.region}/${task.cluster}/${task.id}`)
    }
    for (const service of this.servicesIn(cluster)) {
      this.events.forget(service)
      this.services.delete(serviceKey(service))
    }
  }

  /** The tasks that a `RunTask` with that token started. */
  tasksOfToken(cluster: ClusterRecord, token: string): TaskRecord[] {
    return this.#tasksByToken.of(`${cluster.region}/${cluster.name}/${token}`)
  }

  putTask(task: TaskRecord): void {
    this.tasks.put(`${task.region}/${task.cluster}/${task.id}`, {
      ...task,
      version: task.version + 1,
    })
  }

  task(region: string, cluster: string, id: string): TaskRecord | undefined {
    return this.tasks.get(`${region}/${cluster}/${lastPart(id)}`)
  }

  /**
   * `family`, `family:revision` or an ARN; the newest active revision when none is named. Throws
   * AWS's error when there is none.
   */
  taskDefinition(region: string, reference: string): TaskDefinitionRecord {
    const found = this.findTaskDefinition(region, reference)
    if (found === undefined) throw clientError('Unable to describe task definition.')
    return found
  }

  findTaskDefinition(region: string, reference: string): TaskDefinitionRecord | undefined {
    const named = parseArn(reference) === undefined ? reference : lastPart(reference)
    const [family = '', revision] = named.split(':')
    return revision === undefined
      ? this.#newestRevision(region, family)
      : this.taskDefinitions.get(`${region}/${family}:${revision}`)
  }

  /** Forgets the definitions that were deleted and that nothing uses any more. */
  forgetDeletedDefinitions(): void {
    const deleted = [...this.taskDefinitions.entries()].filter(
      ([, { status }]) => status === 'DELETE_IN_PROGRESS',
    )
    if (deleted.length === 0) return
    const used = new Set<string>()
    for (const { taskDefinition } of this.tasks.values()) used.add(taskDefinition)
    for (const { deployments, lastCompleted } of this.services.values()) {
      for (const each of [...deployments, lastCompleted]) used.add(each?.taskDefinition ?? '')
    }
    for (const [key, { arn }] of deleted) {
      if (!used.has(arn)) this.taskDefinitions.delete(key)
    }
  }

  #newestRevision(region: string, family: string): TaskDefinitionRecord | undefined {
    const last = this.families.get(`${region}/${family}`)?.lastRevision ?? 0
    for (let revision = last; revision > 0; revision--) {
      const record = this.taskDefinitions.get(`${region}/${family}:${revision}`)
      if (record?.status === 'ACTIVE') return record
    }
    return undefined
  }
}

function serviceKey({ region, cluster, name }: ServiceKey): string {
  return `${region}/${cluster}/${name}`
}

function clusterKeyOf({ region, cluster }: { region: string; cluster: string }): string {
  return `${region}/${cluster}`
}

/** API-2: what was asked for and is not there. */
export function missing(arn: string): Failure {
  return { arn, reason: 'MISSING' }
}

export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]))
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
