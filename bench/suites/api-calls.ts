import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs'
import { jsonRequest, queryRequest } from '../harness/aws-request.ts'
import { load, type LoadResult } from '../harness/load.ts'
import { type Server, startEngine, startMoto } from '../harness/servers.ts'
import { type Measurement, median, skipLoudly, type Suite } from '../harness/suite.ts'

const RUNS = 5
const RUN_MS = 400
const WARM_UP_MS = 1200
const SERVICES = 100
const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113'
const TASK: RegisterTaskDefinitionCommandInput = {
  family: 'bench',
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  requiresCompatibilities: ['FARGATE'],
  containerDefinitions: [
    { name: 'app', image: 'public.ecr.aws/docker/library/busybox:latest', essential: true },
  ],
}

interface ApiCall {
  readonly name: string
  readonly request: Buffer
  /** How many times faster than the peer. */
  readonly target: number
}

const CALLS: readonly ApiCall[] = [
  {
    name: 'ECS ListClusters',
    request: jsonRequest('ecs', `${ECS_TARGET}.ListClusters`, {}),
    target: 25,
  },
  {
    name: 'ECS DescribeServices, 3 of 100',
    request: jsonRequest('ecs', `${ECS_TARGET}.DescribeServices`, {
      cluster: 'bench',
      services: ['service-7', 'service-50', 'service-99'],
    }),
    target: 25,
  },
  {
    name: 'ECS RegisterTaskDefinition',
    request: jsonRequest('ecs', `${ECS_TARGET}.RegisterTaskDefinition`, TASK),
    target: 25,
  },
  {
    name: 'CloudWatch PutMetricData',
    request: queryRequest('monitoring', {
      Action: 'PutMetricData',
      Version: '2010-08-01',
      Namespace: 'Bench',
      'MetricData.member.1.MetricName': 'Requests',
      'MetricData.member.1.Value': '1',
      'MetricData.member.1.Unit': 'Count',
    }),
    target: 25,
  },
  {
    name: 'Logs PutLogEvents, 100 events',
    request: jsonRequest('logs', 'Logs_20140328.PutLogEvents', {
      logGroupName: 'bench',
      logStreamName: 'one',
      logEvents: Array.from({ length: 100 }, (_, i) => ({
        timestamp: Date.now() + i,
        message: `GET /api/movies/${i} 200 12ms`,
      })),
    }),
    target: 10,
  },
]

/** After it, calls leave records behind, and memory says how many calls there were. */
const LAST_READ = CALLS[1]

/** Calls a second, over one connection and over sixteen. */
export const apiCalls: Suite = {
  name: 'api-calls',
  async run(report) {
    const engine = await startEngine()
    const moto = await startMoto()
    if (moto === undefined) skipLoudly('moto_server')
    try {
      await prepare(engine)
      if (moto !== undefined) await prepare(moto)
      for (const call of CALLS) {
        for (const connections of [1, 16]) {
          await compare({ engine, moto, call, connections }, report)
        }
        if (call !== LAST_READ) continue
        report({
          what: 'memory after all of these reads',
          unit: 'MB',
          ours: engine.memory(),
          theirs: moto?.memory(),
          peer: 'moto',
          target: { kind: 'at-most', value: 300 },
        })
      }
    } finally {
      await engine.stop()
      await moto?.stop()
    }
  },
}

interface Comparison {
  readonly engine: Server
  readonly moto: Server | undefined
  readonly call: ApiCall
  readonly connections: number
}

async function compare(
  { engine, moto, call, connections }: Comparison,
  report: (measurement: Measurement) => void,
): Promise<void> {
  const ours = await measure(engine, call, connections)
  const theirs = moto && (await measure(moto, call, connections))
  const what = `${call.name}, ${connections === 1 ? 'one connection' : `${connections} connections`}`
  report({
    what,
    unit: '/s',
    ours: ours.perSecond,
    theirs: theirs?.perSecond,
    peer: 'moto',
    target: { kind: 'times-faster', atLeast: call.target },
  })
  if (connections === 1) return
  report({
    what: `${what}, p99`,
    unit: 'ms',
    ours: ours.p99Ms,
    theirs: theirs?.p99Ms,
    peer: 'moto',
    target: { kind: 'at-most', value: 5 },
  })
}

async function measure(
  { port }: Server,
  { request }: ApiCall,
  connections: number,
): Promise<LoadResult> {
  const once = () => load({ port, request, connections, durationMs: RUN_MS })
  await load({ port, request, connections, durationMs: WARM_UP_MS })
  const results: LoadResult[] = []
  for (let i = 0; i < RUNS; i++) results.push(await once())
  return {
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    medianMs: median(results.map(({ medianMs }) => medianMs)),
    p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
  }
}

/** A cluster with a hundred services that want no task, and a log stream. */
async function prepare({ port }: Server): Promise<void> {
  const config = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  }
  const ecs = new ECSClient(config)
  await ecs.send(new CreateClusterCommand({ clusterName: 'bench' }))
  await ecs.send(new RegisterTaskDefinitionCommand(TASK))
  const ec2 = new EC2Client(config)
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}))
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}))
  const awsvpcConfiguration = {
    subnets: [Subnets?.[0]?.SubnetId ?? ''],
    securityGroups: [SecurityGroups?.[0]?.GroupId ?? ''],
  }
  for (let i = 0; i < SERVICES; i++) {
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'bench',
        serviceName: `service-${i}`,
        taskDefinition: 'bench',
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration },
      }),
    )
  }
  const logs = new CloudWatchLogsClient(config)
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'bench' }))
  await logs.send(new CreateLogStreamCommand({ logGroupName: 'bench', logStreamName: 'one' }))
}
