import type {
  ContainerDefinition,
  CreateServiceCommandInput,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  Service,
  Task,
} from '@aws-sdk/client-ecs'
import { VirtualClock } from '../../../clock/virtual-clock.ts'
import type { Program } from '../../../runtimes/simulated/program.ts'
import { SimulatedRuntime } from '../../../runtimes/simulated/simulated-runtime.ts'
import type { Store } from '../../../store/store.ts'
import { type TestEngine, testEngine } from '../../../testing/test-engine.ts'
import type { Calls } from '../../calls.ts'
import type { OperationTable, ServiceName } from '../../service.ts'
import type { ECS } from '@aws-sdk/client-ecs'
import { createEcs } from '../service.ts'
import { FakeLogs, FakeNetwork, FakeTargetGroup } from './fake-neighbours.ts'

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'] } }

/** An ECS in virtual time, its tasks simulated, its neighbours played. */
export class EcsWorld {
  readonly clock: VirtualClock
  readonly engine: TestEngine
  readonly runtime: SimulatedRuntime
  readonly network = new FakeNetwork()
  readonly group: FakeTargetGroup
  readonly logs = new FakeLogs()
  readonly ecs: Calls<ECS>
  /** Programs by image; a test adds its own. `good` runs and listens. */
  readonly programs: Map<string, Program>

  constructor(
    before: { store?: Store; clock?: VirtualClock; programs?: Map<string, Program> } = {},
    fakes: Partial<Record<ServiceName, OperationTable>> = {},
  ) {
    this.clock = before.clock ?? new VirtualClock()
    this.group = new FakeTargetGroup(this.clock)
    this.programs =
      before.programs ??
      new Map<string, Program>([['good', { pullMs: 1000, startMs: 500, ports: [80] }]])
    this.runtime = new SimulatedRuntime({
      clock: this.clock,
      program: (uri) => this.programs.get(uri),
    })
    this.engine = testEngine({
      ...(before.store === undefined ? {} : { store: before.store }),
      clock: this.clock,
      services: [createEcs],
      runtime: () => this.runtime,
      fakes: {
        ec2: this.network.operations,
        elbv2: this.group.operations,
        logs: this.logs.operations,
        cloudwatch: { PutMetricData: () => ({}) },
        sts: {
          AssumeRole: ({ RoleArn = '' }: { RoleArn?: string }) => ({
            AssumedRoleUser: { Arn: `${RoleArn}/session`, AssumedRoleId: 'AROA:session' },
            Credentials: {
              AccessKeyId: 'ASIA1',
              SecretAccessKey: 'hidden',
              SessionToken: 'token',
              Expiration: new Date(this.clock.now() + 3_600_000),
            },
          }),
        },
        ...fakes,
      },
    })
    this.ecs = this.engine.calls().ecs
  }

  /** Starts the engine and makes the cluster `main`. */
  async start(): Promise<this> {
    await this.engine.start()
    await this.ecs.createCluster({ clusterName: 'main' })
    return this
  }

  /** Stops the engine but keeps its store: what comes next finds it as it was. */
  async restarted(): Promise<EcsWorld> {
    await this.engine.services.get('ecs')?.stop?.()
    const next = new EcsWorld({
      store: this.engine.store,
      clock: this.clock,
      programs: this.programs,
    })
    for (const [key, target] of this.group.targets) next.group.targets.set(key, target)
    await next.engine.start()
    return next
  }

  async define(
    family: string,
    container: Partial<ContainerDefinition> = {},
    more: Partial<RegisterTaskDefinitionCommandInput> = {},
  ): Promise<string> {
    const { taskDefinition } = await this.ecs.registerTaskDefinition({
      family,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [
        { name: 'web', image: 'good', portMappings: [{ containerPort: 80 }], ...container },
      ],
      ...more,
    })
    return taskDefinition?.taskDefinitionArn ?? ''
  }

  async serve(more: Partial<CreateServiceCommandInput> = {}): Promise<Service> {
    const { service } = await this.ecs.createService({
      cluster: 'main',
      serviceName: 'api',
      taskDefinition: 'api',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...more,
    })
    return service ?? {}
  }

  /** The load balancer of the fake target group, for `serve`. */
  get loadBalancers() {
    return [{ targetGroupArn: this.group.arn, containerName: 'web', containerPort: 80 }]
  }

  async run(more: Partial<RunTaskCommandInput> = {}): Promise<Task> {
    const { tasks } = await this.ecs.runTask({
      cluster: 'main',
      taskDefinition: 'api',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...more,
    })
    return tasks?.[0] ?? {}
  }

  async service(name = 'api'): Promise<Service> {
    const { services } = await this.ecs.describeServices({ cluster: 'main', services: [name] })
    return services?.[0] ?? {}
  }

  async task(arn: string | undefined): Promise<Task> {
    const { tasks } = await this.ecs.describeTasks({ cluster: 'main', tasks: [arn ?? ''] })
    return tasks?.[0] ?? {}
  }

  /** The tasks of the service, by what is desired of them. */
  async tasks(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): Promise<Task[]> {
    const of = { cluster: 'main', desiredStatus }
    const { taskArns = [] } = await this.ecs.listTasks({ ...of, serviceName: 'api' })
    if (taskArns.length === 0) return []
    const { tasks = [] } = await this.ecs.describeTasks({ cluster: 'main', tasks: taskArns })
    return tasks
  }

  /** The service's events, oldest first, without ids and ARNs. */
  async events(): Promise<string[]> {
    const { events = [] } = await this.service()
    return events.toReversed().map(({ message = '' }) =>
      message
        .replaceAll(/ecs-svc\/\d+/g, 'D')
        .replaceAll(/\(task [0-9a-f]+\)/g, '(task T)')
        .replaceAll(/arn:aws:elastic[^)]+/g, 'G')
        .replace('(service api) ', ''),
    )
  }

  /** Passes time until the service is steady; fails after `limitMs`. */
  async steady(limitMs = 3_600_000): Promise<void> {
    const until = this.clock.now() + limitMs
    while (this.clock.now() < until) {
      const { deployments = [], runningCount, desiredCount } = await this.service()
      const [primary] = deployments
      if (
        deployments.length === 1 &&
        primary?.rolloutState === 'COMPLETED' &&
        runningCount === desiredCount
      ) {
        return
      }
      await this.clock.advance(1000)
    }
    throw new Error(`the service is not steady: ${JSON.stringify(await this.events())}`)
  }
}
