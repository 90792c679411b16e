/**
 * The engine's Application Load Balancer in a process of its own, before backends on these ports of
 * this machine: `balancer.ts PORT…`. Prints the port at which its listener answers.
 */
import { connect } from 'node:net'
import { silentLog } from '../../src/base/log.ts'
import { RealClock } from '../../src/engine/clock/real-clock.ts'
import { DataPlane } from '../../src/engine/data-plane/data-plane.ts'
import { systemRandom } from '../../src/engine/random.ts'
import { openStore } from '../../src/engine/store/sqlite-store.ts'

const BALANCER = 'arn:balancer'
const GROUP = 'arn:group'
const VPC = 'vpc'

const plane = new DataPlane({
  clock: new RealClock(1, openStore(':memory:')),
  random: systemRandom,
  log: silentLog,
  network: {
    bind: () => ({ release: () => {} }),
    connect: (_, { port }) => Promise.resolve(connect({ host: '127.0.0.1', port, noDelay: true })),
    setName: () => {},
    resolve: () => undefined,
  },
  admits: () => Promise.resolve(true),
  onDrained: () => {},
})
plane.setBalancer({
  arn: BALANCER,
  id: 'app/bench/0123456789abcdef',
  region: 'us-east-1',
  name: 'bench',
  dnsName: 'bench.localhost',
  nodes: [{ vpcId: VPC, ip: '10.0.0.4' }],
  http: {
    idleTimeoutMs: 60_000,
    clientKeepAliveMs: 3_600_000,
    forwardedFor: 'append',
    withClientPort: false,
    dropInvalidFields: false,
  },
})
const group = plane.setTargetGroup({
  arn: GROUP,
  id: 'targetgroup/bench/0123456789abcdef',
  region: 'us-east-1',
  vpcId: VPC,
  protocol: 'HTTP',
  algorithm: 'round_robin',
  slowStartMs: 0,
  deregistrationDelayMs: 0,
  stickiness: undefined,
  failOpen: { minimumCount: 1, minimumPercentage: 0 },
  healthCheck: {
    enabled: true,
    protocol: 'TCP',
    port: undefined,
    path: '/',
    intervalMs: 30_000,
    timeoutMs: 5_000,
    thresholds: { healthy: 5, unhealthy: 2 },
    codes: '200',
  },
  balancerArn: BALANCER,
})
for (const port of process.argv.slice(2)) {
  group.register({ id: '10.0.0.9', ip: '10.0.0.9', port: Number(port) })
}
const action = {
  type: 'forward',
  groups: [{ arn: GROUP, weight: 1 }],
  stickyMs: undefined,
} as const
const port = await plane.setListener(
  {
    arn: 'arn:listener',
    balancerArn: BALANCER,
    protocol: 'HTTP',
    port: 80,
    rules: [{ arn: 'arn:rule', conditions: [], action, transforms: [] }],
    tcpIdleTimeoutMs: 350_000,
    localPort: undefined,
    certificate: undefined,
  },
  true,
)
plane.start()
console.log(JSON.stringify({ port }))
