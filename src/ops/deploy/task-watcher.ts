import type { StackEvent } from '@aws-sdk/client-cloudformation'
import type { Task } from '@aws-sdk/client-ecs'
import { type DeployedService, readSystem } from '../deployed-system.ts'
import { serviceEvents } from '../service-events.ts'
import { listTasks, taskIdOf, whyStopped } from '../tasks.ts'
import type { DeployContext, StackDeployment } from './deploy.ts'

const LOOK_INTERVAL_MS = 500

export interface TaskWatcher {
  /** To be told every event of the stack; the first of a service begins the watch. */
  onEvent(event: StackEvent): void
  stop(): Promise<void>
}

/** Tells how the tasks of a stack's services come and go while the stack is being changed. */
export function taskWatcher(deployment: StackDeployment, context: DeployContext): TaskWatcher {
  const stopping = new AbortController()
  let watching: Promise<void> | undefined
  return {
    onEvent: ({ ResourceType, ResourceStatus, PhysicalResourceId }) => {
      const begins =
        ResourceType === 'AWS::ECS::Service' && ResourceStatus?.endsWith('IN_PROGRESS') === true
      if (!begins || (PhysicalResourceId ?? '') === '') return
      watching ??= watch(deployment, context, stopping.signal)
    },
    stop: async () => {
      stopping.abort()
      await watching
    },
  }
}

async function watch(
  deployment: StackDeployment,
  context: DeployContext,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>()
  const seenEvents = new Set<string>()
  const startedAt = new Date()
  while (!signal.aborted) {
    try {
      const { connection, system, environment } = deployment
      const { services } = await readSystem(connection, system, environment)
      for (const service of services) await tellTasks(deployment, service, { context, told })
      for (const event of await serviceEvents(connection, services)) {
        if (seenEvents.has(event.id) || event.createdAt < startedAt) continue
        seenEvents.add(event.id)
        context.onProgress({
          kind: 'service-event',
          service: event.service,
          message: event.message,
        })
      }
    } catch (error) {
      // The picture is a courtesy: the stack's own events decide. Anything odd shows there.
      if (!(error instanceof Error)) throw error
    }
    await context.pause(LOOK_INTERVAL_MS, signal)
  }
}

async function tellTasks(
  { connection }: StackDeployment,
  service: DeployedService,
  { context, told }: { context: DeployContext; told: Map<string, string> },
): Promise<void> {
  const ecs = await connection.ecs()
  const of = { cluster: service.cluster, service: service.serviceName }
  const [running, stopped] = await Promise.all([listTasks(ecs, of), listTasks(ecs, of, 'STOPPED')])
  const first = told.size === 0
  for (const task of [...running, ...stopped]) {
    const taskId = taskIdOf(task)
    const status = statusOf(task)
    if (told.get(taskId) === status) continue
    const known = told.has(taskId)
    told.set(taskId, status)
    // Tasks that had ended before we looked are history.
    if (task.lastStatus === 'STOPPED' && !known && first) continue
    context.onProgress({
      kind: 'task',
      service: service.name,
      taskId,
      status,
      ...(task.lastStatus === 'STOPPED' ? { detail: whyStopped(task) } : {}),
    })
  }
}

function statusOf({ lastStatus = '', healthStatus }: Task): string {
  return lastStatus === 'RUNNING' && healthStatus !== undefined && healthStatus !== 'UNKNOWN'
    ? `${lastStatus} ${healthStatus}`
    : lastStatus
}
