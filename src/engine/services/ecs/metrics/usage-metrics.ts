import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import { isPending } from '../../../lifecycle/task-status.ts'
import type { EcsState } from '../ecs-state.ts'
import type { ServiceRecord, TaskRecord } from '../records.ts'
import type { TaskSupervisor } from '../tasks/task-supervisor.ts'
import { insights, utilization } from './service-metrics.ts'
import { type Sample, sampleOf, type TaskUsage, usageBetween } from './task-usage.ts'

const MINUTE_MS = 60_000

/** Tells CloudWatch once a minute of engine time what services use (CW-1). */
export class UsageMetrics {
  readonly #state: EcsState
  readonly #supervisor: TaskSupervisor
  #last = new Map<string, Sample>()
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(state: EcsState, supervisor: TaskSupervisor) {
    this.#state = state
    this.#supervisor = supervisor
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#state.context
    for (;;) {
      try {
        await clock.sleep(MINUTE_MS, this.#stopping.signal)
      } catch {
        return
      }
      const samples = new Map<string, Sample>()
      for (const service of this.#state.services.values()) {
        if (service.status !== 'ACTIVE') continue
        try {
          await this.#report(service, samples)
        } catch (error) {
          log.warn('the usage of a service could not be reported', { error: String(error) })
        }
      }
      // Tasks that are gone are forgotten with the samples of the minute before.
      this.#last = samples
    }
  }

  async #report(service: ServiceRecord, samples: Map<string, Sample>): Promise<void> {
    const tasks = this.#state.tasksOf(service)
    const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')
    const usages: TaskUsage[] = []
    for (const task of running) {
      const usage = await this.#usage(task, samples)
      if (usage !== undefined) usages.push(usage)
    }
    const timestamp = new Date(this.#state.context.clock.now())
    const dimensions = [
      { Name: 'ClusterName', Value: service.cluster },
      { Name: 'ServiceName', Value: service.name },
    ]
    await this.#put(service, 'AWS/ECS', utilization(usages, dimensions, timestamp))
    if (!this.#hasInsights(service)) return
    const restarts = running.flatMap(({ containers }) => containers.map((c) => c.restartCount))
    const counts = {
      DesiredTaskCount: service.desiredCount,
      RunningTaskCount: running.length,
      PendingTaskCount: tasks.filter(({ lastStatus }) => isPending(lastStatus)).length,
      DeploymentCount: service.deployments.length,
      RestartCount: restarts.reduce((sum, count) => sum + count, 0),
    }
    const data = insights(counts, usages, { dimensions, timestamp })
    await this.#put(service, 'ECS/ContainerInsights', data)
  }

  async #put({ region }: ServiceRecord, Namespace: string, data: MetricDatum[]): Promise<void> {
    if (data.length === 0) return
    const { cloudwatch } = this.#state.context.calls(region)
    await cloudwatch.putMetricData({ Namespace, MetricData: data })
  }

  async #usage(task: TaskRecord, samples: Map<string, Sample>): Promise<TaskUsage | undefined> {
    const stats = await this.#supervisor.sandbox(task.id)?.stats()
    if (stats === undefined) return undefined
    const { clock } = this.#state.context
    // Programs work by the wall clock, whatever the pace.
    const sample = sampleOf(stats, clock.toWall(clock.now()).getTime())
    samples.set(task.id, sample)
    const before = this.#last.get(task.id)
    if (before === undefined) return undefined
    const { definition } = this.#state.taskDefinition(task.region, task.taskDefinition)
    return usageBetween(before, sample, {
      cpuUnits: Number(task.overrides.cpu ?? definition.cpu ?? 256),
      memoryMiB: Number(task.overrides.memory ?? definition.memory ?? 512),
    })
  }

  #hasInsights({ region, cluster }: ServiceRecord): boolean {
    const settings = this.#state.clusters.get(`${region}/${cluster}`)?.settings ?? []
    return settings.some(({ name, value }) => name === 'containerInsights' && value !== 'disabled')
  }
}
