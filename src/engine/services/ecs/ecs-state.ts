import type { Failure, Tag } from '@aws-sdk/client-ecs'
import { lastPart, parseArn } from '../../../aws/arn.ts'
import type { Collection } from '../../store/store.ts'
import type { Call, EngineContext } from '../service.ts'
import { clientError, clusterNotFound, serviceNotFound } from './errors.ts'
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from './records.ts'

const EVENTS_KEPT = 100
const DEFAULT_CLUSTER = 'default'

/** The records of ECS and the ways to find them. */
export class EcsState {
  readonly context: EngineContext
  readonly clusters: Collection<ClusterRecord>
  readonly taskDefinitions: Collection<TaskDefinitionRecord>
  readonly services: Collection<ServiceRecord>
  readonly tasks: Collection<TaskRecord>
  readonly settings: Collection<{ name: string; value: string }>
  /** Task keys of each service, so that a service's tasks are found without a scan. */
  readonly #tasksByService = new Map<string, Set<string>>()

  constructor(context: EngineContext) {
    this.context = context
    this.clusters = context.store.collection('ecs/clusters')
    this.taskDefinitions = context.store.collection('ecs/task-definitions')
    this.services = context.store.collection('ecs/services')
    this.tasks = context.store.collection('ecs/tasks')
    this.settings = context.store.collection('ecs/settings')
    for (const [key, task] of this.tasks.entries()) this.#index(key, task)
    this.tasks.onChange((key, task, before) => {
      if (task !== undefined && before === undefined) this.#index(key, task)
      if (task === undefined && before?.service !== undefined) {
        this.#tasksByService.get(serviceKeyOf(before))?.delete(key)
      }
    })
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
  currentService(service: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>) {
    return this.services.get(serviceKey(service))
  }

  event(service: ServiceRecord, text: string): void {
    const current = this.currentService(service) ?? service
    const message = `(service ${service.name})${text}`
    // E15, R15: the same words again say nothing new.
    if (current.events[0]?.message === message) return
    const { context } = this
    const event = { id: context.random.hex(16), at: context.clock.now(), message }
    this.putService({ ...current, events: [event, ...current.events].slice(0, EVENTS_KEPT) })
  }

  tasksOf(service: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>): TaskRecord[] {
    const keys = this.#tasksByService.get(serviceKey(service)) ?? new Set<string>()
    return [...keys].flatMap((key) => this.tasks.get(key) ?? [])
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

  /** `family`, `family:revision` or an ARN; the newest active revision when none is named. */
  taskDefinition(region: string, reference: string): TaskDefinitionRecord {
    const named = parseArn(reference) === undefined ? reference : lastPart(reference)
    const [family = '', revision] = named.split(':')
    if (revision !== undefined) {
      const exact = this.taskDefinitions.get(`${region}/${family}:${revision}`)
      if (exact !== undefined) return exact
    } else {
      const newest = [...this.taskDefinitions.values()].findLast(
        (each) => each.region === region && each.family === family && each.status === 'ACTIVE',
      )
      if (newest !== undefined) return newest
    }
    throw clientError('Unable to describe task definition.')
  }

  #index(key: string, task: TaskRecord): void {
    if (task.service === undefined) return
    const service = serviceKeyOf(task)
    const keys = this.#tasksByService.get(service) ?? new Set<string>()
    keys.add(key)
    this.#tasksByService.set(service, keys)
  }
}

function serviceKey({ region, cluster, name }: Pick<ServiceRecord, 'region' | 'cluster' | 'name'>) {
  return `${region}/${cluster}/${name}`
}

function serviceKeyOf({ region, cluster, service }: TaskRecord): string {
  return `${region}/${cluster}/${service ?? ''}`
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

/** One page of a list of ARNs; the token is the position after it. */
export function page<T>(items: readonly T[], token: string | undefined, limit: number) {
  const start = Number(token ?? 0)
  const end = start + limit
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? String(end) : undefined,
  }
}
