import { silentLog } from '../../../base/log.ts'
import type { Clock } from '../../clock/clock.ts'
import { VirtualClock } from '../../clock/virtual-clock.ts'
import { seededRandom } from '../../random.ts'
import type { BalancerConfig, HttpConfig, ListenerConfig, TargetGroupConfig } from '../config.ts'
import { DataPlane } from '../data-plane.ts'
import type { Rule } from '../rules/match.ts'
import { eventually } from './eventually.ts'
import { LoopbackNetwork } from './loopback-network.ts'

const VPC = 'vpc-1'
const BALANCER = 'arn:balancer'
const LISTENER = 'arn:listener'

export interface TestPlane<C extends Clock> {
  readonly plane: DataPlane
  readonly clock: C
  readonly network: LoopbackNetwork
  /** Targets that are done draining, as `group target`. */
  readonly drained: string[]
  /** The listener's port on this machine. */
  readonly port: number
  setRules(rules: readonly Rule[]): Promise<void>
  setHttp(http: Partial<HttpConfig>): void
  setGroup(group: Partial<TargetGroupConfig> & { arn: string }): void
  /** Registers targets on those ports of this machine and lets their first check pass. */
  register(groupArn: string, ...ports: number[]): Promise<void>
}

/** A data plane with one balancer and one listener, which forwards to the group `arn:group`. */
export async function testPlane(
  listener: Partial<ListenerConfig> = {},
): Promise<TestPlane<VirtualClock>> {
  const clock = new VirtualClock()
  const afterRegister = async (plane: DataPlane): Promise<void> => {
    await clock.advance(500)
    await settled(plane)
  }
  return testPlaneOn(clock, afterRegister, listener)
}

export async function testPlaneOn<C extends Clock>(
  clock: C,
  afterRegister: (plane: DataPlane) => Promise<void>,
  listener: Partial<ListenerConfig> = {},
): Promise<TestPlane<C>> {
  const network = new LoopbackNetwork()
  const drained: string[] = []
  const plane = new DataPlane({
    clock,
    network,
    random: seededRandom(1),
    log: silentLog,
    admits: async () => true,
    onDrained: (group, key) => drained.push(`${group} ${key}`),
  })
  const setHttp = (http: Partial<HttpConfig>): void =>
    plane.setBalancer({ ...BALANCER_CONFIG, http: { ...BALANCER_CONFIG.http, ...http } })
  const setGroup = (group: Partial<TargetGroupConfig> & { arn: string }): void => {
    plane.setTargetGroup({ ...GROUP_CONFIG, ...group })
  }
  setHttp({})
  setGroup({ arn: GROUP_CONFIG.arn })
  const setRules = async (rules: readonly Rule[]): Promise<number> =>
    (await plane.setListener({ ...LISTENER_CONFIG, ...listener, rules }, true)) ?? 0
  const port = await setRules([forwardTo(GROUP_CONFIG.arn)])
  plane.start()
  return {
    plane,
    clock,
    network,
    drained,
    port,
    setHttp,
    setGroup,
    setRules: async (rules) => {
      await setRules(rules)
    },
    register: async (groupArn, ...ports) => {
      for (const each of ports) {
        plane.group(groupArn)?.register({ id: '10.0.0.9', ip: '10.0.0.9', port: each })
      }
      plane.checkSoon()
      await afterRegister(plane)
    },
  }
}

/** Waits until no check runs any more. */
export async function settled(plane: DataPlane): Promise<void> {
  const checking = (): boolean =>
    [...plane.groups()].some((group) => [...group.targets()].some((target) => target.checking))
  await eventually(() => !checking())
}

export function forwardTo(arn: string, rule: Partial<Rule> = {}): Rule {
  return {
    arn: 'arn:rule',
    conditions: [],
    transforms: [],
    action: { type: 'forward', groups: [{ arn, weight: 1 }], stickyMs: undefined },
    ...rule,
  }
}

const BALANCER_CONFIG: BalancerConfig = {
  arn: BALANCER,
  id: 'app/web/0123456789abcdef',
  region: 'us-east-1',
  name: 'web',
  dnsName: 'web-1.us-east-1.elb.localhost',
  nodes: [{ vpcId: VPC, ip: '10.0.0.5' }],
  http: {
    idleTimeoutMs: 60_000,
    clientKeepAliveMs: 3_600_000,
    forwardedFor: 'append',
    withClientPort: false,
    dropInvalidFields: false,
  },
}

const LISTENER_CONFIG: ListenerConfig = {
  arn: LISTENER,
  balancerArn: BALANCER,
  protocol: 'HTTP',
  port: 80,
  rules: [],
  tcpIdleTimeoutMs: 350_000,
  localPort: undefined,
  certificate: undefined,
}

const GROUP_CONFIG: TargetGroupConfig = {
  arn: 'arn:group',
  id: 'targetgroup/api/0123456789abcdef',
  region: 'us-east-1',
  vpcId: VPC,
  protocol: 'HTTP',
  algorithm: 'round_robin',
  slowStartMs: 0,
  deregistrationDelayMs: 30_000,
  stickiness: undefined,
  failOpen: { minimumCount: 1, minimumPercentage: 0 },
  healthCheck: {
    enabled: true,
    protocol: 'HTTP',
    port: undefined,
    path: '/health',
    intervalMs: 30_000,
    timeoutMs: 5_000,
    thresholds: { healthy: 5, unhealthy: 2 },
    codes: '200',
  },
  balancerArn: BALANCER,
}
