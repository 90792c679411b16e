import type { MetricDatum } from '@aws-sdk/client-cloudwatch'
import type { EcsState } from './ecs-state.ts'
import type { ServiceRecord, TaskRecord } from './records.ts'
import type { TaskSupervisor } from './tasks/task-supervisor.ts'

const MINUTE_MS = 60_000
const MIB = 1024 * 1024
const UNITS_PER_CPU = 1024

interface Usage {
  readonly at: number
  readonly cpuMs: number
}

/** CW-1, M7: a service's CPU and memory, once a minute, as percent of what its tasks reserve. */
export class UsageMetrics {
  readonly #state: EcsState
  readonly #supervisor: TaskSupervisor
  readonly #last = new Map<string, Usage>()
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
      for (const service of this.#state.services.values()) {
        if (service.status !== 'ACTIVE') continue
        try {
          await this.#report(service)
        } catch (error) {
          log.warn('the usage of a service could not be reported', { error: String(error) })
        }
      }
    }
  }

  async #report(service: ServiceRecord): Promise<void> {
    const tasks = this.#state.tasksOf(service).filter((task) => task.lastStatus === 'RUNNING')
    const usages = await Promise.all(tasks.map((task) => this.#usage(task)))
    const known = usages.filter((usage) => usage !== undefined)
    const Timestamp = new Date(this.#state.context.clock.now())
    const Dimensions = [
      { Name: 'ClusterName', Value: service.cluster },
      { Name: 'ServiceName', Value: service.name },
    ]
    const { cloudwatch } = this.#state.context.calls(service.region)
    const data = (metric: string, select: (usage: PercentUsage) => number): MetricDatum => ({
      MetricName: metric,
      Dimensions,
      Timestamp,
      Unit: 'Percent',
      Values: known.map(select),
    })
    if (known.length > 0) {
      await cloudwatch.putMetricData({
        Namespace: 'AWS/ECS',
        MetricData: [
          data('CPUUtilization', ({ cpu }) => cpu),
          data('MemoryUtilization', ({ memory }) => memory),
        ],
      })
    }
    if (!this.#insights(service)) return
    const counts: Record<string, number> = {
      DesiredTaskCount: service.desiredCount,
      RunningTaskCount: tasks.length,
      PendingTaskCount: this.#state
        .tasksOf(service)
        .filter(({ lastStatus }) => /PROVISIONING|PENDING|ACTIVATING/.test(lastStatus)).length,
      DeploymentCount: service.deployments.length,
    }
    await cloudwatch.putMetricData({
      Namespace: 'ECS/ContainerInsights',
      MetricData: Object.entries(counts).map(([MetricName, Value]) => ({
        MetricName,
        Dimensions,
        Timestamp,
        Unit: 'Count',
        Value,
      })),
    })
  }

  #insights({ region, cluster }: ServiceRecord): boolean {
    const settings = this.#state.clusters.get(`${region}/${cluster}`)?.settings ?? []
    return settings.some(({ name, value }) => name === 'containerInsights' && value !== 'disabled')
  }

  async #usage(task: TaskRecord): Promise<PercentUsage | undefined> {
    const stats = await this.#supervisor.sandbox(task.id)?.stats()
    if (stats === undefined) return undefined
    const { clock } = this.#state.context
    const at = clock.toWall(clock.now()).getTime()
    const cpuMs = stats.containers.reduce((sum, container) => sum + container.cpuMs, 0)
    const bytes = stats.containers.reduce((sum, container) => sum + container.memoryBytes, 0)
    const before = this.#last.get(task.id)
    this.#last.set(task.id, { at, cpuMs })
    if (before === undefined || at <= before.at) return undefined
    const { definition } = this.#state.taskDefinition(task.region, task.taskDefinition)
    const cpus = Number(task.overrides.cpu ?? definition.cpu ?? 256) / UNITS_PER_CPU
    const memory = Number(task.overrides.memory ?? definition.memory ?? 512) * MIB
    return {
      cpu: (((cpuMs - before.cpuMs) / (at - before.at)) * 100) / cpus,
      memory: (bytes / memory) * 100,
    }
  }
}

interface PercentUsage {
  readonly cpu: number
  readonly memory: number
}
