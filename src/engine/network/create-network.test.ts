import { duplexPair } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../base/log.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { createNetwork } from './create-network.ts'
import { ConnectionDropped, ConnectionRefused, type Endpoint } from './network.ts'
import type { Ec2Reader } from './read-facts.ts'
import type { VpcNetwork } from './vpc-network.ts'

const VPC = 'vpc-1'
const WEB = { vpcId: VPC, ip: '10.0.1.5' }
const DB = { vpcId: VPC, ip: '10.0.2.9' }

/** An EC2 that counts how often it is asked. */
function fakeEc2() {
  const state = {
    asked: 0,
    open: [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, group: 'sg-web' }],
    interfaces: { [WEB.ip]: 'sg-web', [DB.ip]: 'sg-db' } as Record<string, string>,
    routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' }],
  }
  const reader: Ec2Reader = {
    describeNetworkInterfaces: () => {
      state.asked++
      return Promise.resolve({
        NetworkInterfaces: Object.entries(state.interfaces).map(([ip, group]) => ({
          NetworkInterfaceId: `eni-${ip}`,
          VpcId: VPC,
          SubnetId: 'subnet-1',
          PrivateIpAddress: ip,
          Groups: [{ GroupId: group }],
        })),
      })
    },
    describeSecurityGroups: () =>
      Promise.resolve({
        SecurityGroups: ['sg-web', 'sg-db'].map((GroupId) => ({
          GroupId,
          IpPermissions:
            GroupId === 'sg-db'
              ? state.open.map(({ group, ...rule }) => ({
                  ...rule,
                  UserIdGroupPairs: [{ GroupId: group }],
                }))
              : [],
          IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        })),
      }),
    describeRouteTables: () =>
      Promise.resolve({
        RouteTables: [
          {
            RouteTableId: 'rtb-1',
            VpcId: VPC,
            Associations: [{ Main: true }],
            Routes: state.routes,
          },
        ],
      }),
    describeSubnets: () => Promise.resolve({ Subnets: [{ SubnetId: 'subnet-1', VpcId: VPC }] }),
    describeVpcs: () => Promise.resolve({ Vpcs: [{ VpcId: VPC, CidrBlock: '10.0.0.0/16' }] }),
  }
  return { state, reader }
}

let clock: VirtualClock
let ec2: ReturnType<typeof fakeEc2>
let network: VpcNetwork
let dialled: string[]
const lookedUp: Record<string, string[]> = { 'api.example.com': ['93.184.216.34'] }

beforeEach(() => {
  clock = new VirtualClock()
  ec2 = fakeEc2()
  dialled = []
  network = createNetwork({
    clock,
    log: silentLog,
    ec2: () => [ec2.reader],
    lookup: (host) => Promise.resolve(lookedUp[host] ?? []),
    dial: (ip, port) => {
      dialled.push(`${ip}:${port}`)
      return Promise.resolve(duplexPair()[0])
    },
  })
})

const endpoint: Endpoint = { connect: () => Promise.resolve(duplexPair()[0]) }

describe('connections', () => {
  test('reach the endpoint that is bound, with port and source', async () => {
    const asked: unknown[] = []
    network.bind(DB, {
      connect: (port, from) => {
        asked.push([port, from])
        return endpoint.connect(port, from)
      },
    })
    await network.connect({ ...WEB, port: 40_000 }, { ...DB, port: 5432 })
    expect(asked).toEqual([[5432, { ...WEB, port: 40_000 }]])
  })

  test('are refused where nothing is bound, or no longer', async () => {
    await expect(network.connect(WEB, { ...DB, port: 5432 })).rejects.toThrow(ConnectionRefused)
    const binding = network.bind(DB, endpoint)
    binding.release()
    await expect(network.connect(WEB, { ...DB, port: 5432 })).rejects.toThrow(ConnectionRefused)
  })

  test('are dropped where the policy says no, and the reason is kept', async () => {
    network.bind(DB, endpoint)
    const attempt = network.connect(WEB, { ...DB, port: 22 })
    await expect(attempt).rejects.toThrow(ConnectionDropped)
    const reason = 'no ingress rule of sg-db allows tcp/22 from 10.0.1.5 (sg-web)'
    expect(network.refusals()).toEqual([
      { at: clock.now(), vpcId: VPC, from: WEB.ip, to: '10.0.2.9:22', reason },
    ])
  })

  test('do not cross VPCs', async () => {
    const other = { ...WEB, vpcId: 'vpc-2' }
    await expect(network.connect(other, { ...DB, port: 5432 })).rejects.toThrow(
      'vpc-2 has no route to vpc-1',
    )
  })

  test('of a released binding leave a newer one alone', async () => {
    const old = network.bind(DB, endpoint)
    network.bind(DB, { ...endpoint })
    old.release()
    await expect(network.connect(WEB, { ...DB, port: 5432 })).resolves.toBeDefined()
  })

  test('keep the last 200 refusals', async () => {
    for (let port = 1; port <= 210; port++) await network.explain(WEB.ip, { ...DB, port })
    expect(network.refusals()).toHaveLength(200)
    expect(network.refusals()[0]?.to).toBe('10.0.2.9:11')
  })
})

describe('the internet', () => {
  test('is dialled at the address that its name has', async () => {
    await network.connectOutside(WEB, { host: 'api.example.com', port: 443 })
    expect(dialled).toEqual(['93.184.216.34:443'])
  })

  test('never means an address of this machine or of its own network', async () => {
    lookedUp['inside.example.com'] = ['127.0.0.1', '192.168.0.10']
    const attempt = network.connectOutside(WEB, { host: 'inside.example.com', port: 80 })
    await expect(attempt).rejects.toThrow('inside.example.com has no address on the internet')
    expect(dialled).toEqual([])
  })

  test('is out of reach without a route', async () => {
    ec2.state.routes = []
    const attempt = network.connectOutside(WEB, { host: 'api.example.com', port: 443 })
    await expect(attempt).rejects.toThrow('no route to the internet')
    expect(network.refusals()[0]?.to).toBe('api.example.com:443')
  })
})

describe('what EC2 says', () => {
  test('is read once for many decisions of a second', async () => {
    for (let i = 0; i < 5; i++) await network.explain(WEB.ip, { ...DB, port: 5432 })
    expect(ec2.state.asked).toBe(1)
    await clock.advance(1000)
    await network.explain(WEB.ip, { ...DB, port: 5432 })
    expect(ec2.state.asked).toBe(2)
  })

  test('is read again for an address that is not known yet', async () => {
    await network.view(VPC)
    ec2.state.interfaces['10.0.1.6'] = 'sg-web'
    expect(await network.explain('10.0.1.6', { ...DB, port: 5432 })).toEqual({ allowed: true })
  })

  test('is read again at once when a change is told', async () => {
    expect((await network.explain(WEB.ip, { ...DB, port: 80 })).allowed).toBe(false)
    ec2.state.open.push({ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, group: 'sg-web' })
    network.policyChanged()
    expect((await network.explain(WEB.ip, { ...DB, port: 80 })).allowed).toBe(true)
  })

  test('wakes whoever listens within a second of a change that nobody told', async () => {
    let woken = 0
    const stop = network.onChange(() => woken++)
    await clock.advance(3000)
    const before = woken
    ec2.state.open.push({ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, group: 'sg-web' })
    await clock.advance(1000)
    expect(woken).toBe(before + 1)
    stop()
    const asked = ec2.state.asked
    await clock.advance(5000)
    expect(ec2.state.asked).toBe(asked)
  })
})

describe('names', () => {
  test('belong to a VPC and know no case', () => {
    network.setName('DB.internal', DB)
    network.setName('db.internal', { vpcId: 'vpc-2', ip: '10.9.9.9' })
    expect(network.resolve('db.INTERNAL', VPC)).toBe(DB.ip)
    expect(network.resolve('db.internal', 'vpc-2')).toBe('10.9.9.9')
    network.setName('db.internal', undefined)
    expect(network.resolve('db.internal', VPC)).toBeUndefined()
  })
})

test('a view shows bindings, blocks and what may flow', async () => {
  network.bind(DB, endpoint)
  const view = await network.view(VPC)
  expect(view.cidrs).toEqual(['10.0.0.0/16'])
  expect([...view.endpoints.keys()]).toEqual([DB.ip])
  expect(view.openings(WEB.ip, DB.ip)).toEqual([{ protocol: 'tcp', fromPort: 5432, toPort: 5432 }])
  expect(view.openings(DB.ip, WEB.ip)).toEqual([])
  expect(view.outside(WEB.ip)).toHaveLength(3)
})
