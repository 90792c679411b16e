import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VirtualClock } from '../../../clock/virtual-clock.ts'
import { LoopbackNetwork } from '../../../data-plane/testing/loopback-network.ts'
import type { Store } from '../../../store/store.ts'
import { testEngine } from '../../../testing/test-engine.ts'
import type { AwsCalls } from '../../calls.ts'
import { createEc2 } from '../../ec2/service.ts'
import { createElbv2 } from '../service.ts'

export interface BalancedEngine {
  readonly calls: AwsCalls
  readonly clock: VirtualClock
  readonly store: Store
  readonly network: LoopbackNetwork
  readonly dataDir: string
  /** PutMetricData as CloudWatch received it. */
  readonly metrics: { Namespace?: string; MetricData?: unknown[] }[]
  stop(): Promise<void>
}

/** An engine with EC2 and ELBv2, whose VPC is this machine's loopback. */
export async function balancedEngine(
  before: { store?: Store; clock?: VirtualClock } = {},
): Promise<BalancedEngine> {
  const network = new LoopbackNetwork()
  const metrics: BalancedEngine['metrics'] = []
  const engine = testEngine({
    ...before,
    services: [createEc2, createElbv2],
    network,
    fakes: {
      cloudwatch: {
        PutMetricData: (input: BalancedEngine['metrics'][number]) => {
          metrics.push(input)
          return {}
        },
      },
    },
  })
  await engine.start()
  return {
    calls: engine.calls(),
    clock: engine.clock,
    store: engine.store,
    network,
    get dataDir() {
      return engine.context.dataDir
    },
    metrics,
    stop: () => engine.services.get('elbv2')?.stop?.() ?? Promise.resolve(),
  }
}

export interface Vpc {
  readonly vpcId: string
  readonly subnetIds: string[]
  /** Lets port 80 in from everywhere. */
  readonly securityGroupId: string
}

/** The default VPC's first two subnets, and a security group for a load balancer. */
export async function makeVpc({ ec2 }: AwsCalls): Promise<Vpc> {
  const { Vpcs = [] } = await ec2.describeVpcs({})
  const vpcId = Vpcs[0]?.VpcId ?? ''
  const { Subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
  })
  const { GroupId = '' } = await ec2.createSecurityGroup({
    GroupName: 'alb',
    Description: 'load balancer',
    VpcId: vpcId,
  })
  await ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ],
  })
  return {
    vpcId,
    subnetIds: Subnets.slice(0, 2).map(({ SubnetId = '' }) => SubnetId),
    securityGroupId: GroupId,
  }
}

export interface Balanced extends Vpc {
  readonly loadBalancerArn: string
  readonly targetGroupArn: string
  readonly listenerArn: string
  /** Where the listener answers on this machine. */
  readonly url: string
}

/** A load balancer whose listener on port 80 forwards to a target group. */
export async function makeBalanced(calls: AwsCalls): Promise<Balanced> {
  const vpc = await makeVpc(calls)
  const { elbv2 } = calls
  const { LoadBalancers = [] } = await elbv2.createLoadBalancer({
    Name: 'web',
    Subnets: vpc.subnetIds,
    SecurityGroups: [vpc.securityGroupId],
  })
  const { TargetGroups = [] } = await elbv2.createTargetGroup({
    Name: 'api',
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: vpc.vpcId,
    TargetType: 'ip',
    HealthCheckPath: '/health',
  })
  const loadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? ''
  const targetGroupArn = TargetGroups[0]?.TargetGroupArn ?? ''
  const { Listeners = [] } = await elbv2.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  const listenerArn = Listeners[0]?.ListenerArn ?? ''
  const url = await urlOf(calls, listenerArn)
  return { ...vpc, loadBalancerArn, targetGroupArn, listenerArn, url }
}

export async function urlOf({ elbv2 }: AwsCalls, listenerArn: string): Promise<string> {
  const { TagDescriptions = [] } = await elbv2.describeTags({ ResourceArns: [listenerArn] })
  return TagDescriptions[0]?.Tags?.find(({ Key }) => Key === 'longshore:url')?.Value ?? ''
}

/** An HTTP server on a free port of this machine. */
export async function serve(handler: RequestListener): Promise<Server & { port: number }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return Object.assign(server, { port: (server.address() as AddressInfo).port })
}

/** Lets paced time pass until the target's health is `state`. */
export async function reach(
  { calls, clock }: Pick<BalancedEngine, 'calls' | 'clock'>,
  targetGroupArn: string,
  state: string,
): Promise<void> {
  for (let steps = 0; steps < 2000; steps++) {
    const { TargetHealthDescriptions = [] } = await calls.elbv2.describeTargetHealth({
      TargetGroupArn: targetGroupArn,
    })
    const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)
    if (states.length > 0 && states.every((each) => each === state)) return
    await clock.advance(100)
  }
  throw new Error(`the targets never became ${state}`)
}
