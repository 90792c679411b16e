import { describe, expect, test } from 'vitest'
import { judge, judgeOutside, openings, outsideOpenings } from './policy.ts'
import { tcp, VPC, vpcFacts } from './test-facts.ts'

const WEB = '10.0.1.5'
const DB = '10.0.2.9'
const to = (port: number) => ({ vpcId: VPC, ip: DB, port })

describe('within a VPC', () => {
  test('a rule that names the source’s group lets it in', () => {
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-web'], [DB]: ['sg-db'] },
      groups: { 'sg-web': {}, 'sg-db': { ingress: [tcp(5432, { groupIds: ['sg-web'] })] } },
    })
    expect(judge(facts, WEB, to(5432))).toEqual({ allowed: true })
    expect(openings(facts, VPC, WEB, DB)).toEqual([
      { protocol: 'tcp', fromPort: 5432, toPort: 5432 },
    ])
  })

  test('a rule that names a block lets in whose address lies in it', () => {
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-web'], '10.0.3.1': ['sg-web'], [DB]: ['sg-db'] },
      groups: { 'sg-web': {}, 'sg-db': { ingress: [tcp(5432, { cidrs: ['10.0.1.0/24'] })] } },
    })
    expect(judge(facts, WEB, to(5432)).allowed).toBe(true)
    expect(judge(facts, '10.0.3.1', to(5432)).allowed).toBe(false)
  })

  test('a refusal names the groups, the port and the source', () => {
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-web'], [DB]: ['sg-db'] },
      groups: { 'sg-web': {}, 'sg-db': { ingress: [tcp(3306, { groupIds: ['sg-web'] })] } },
    })
    expect(judge(facts, WEB, to(5432))).toEqual({
      allowed: false,
      reason: 'no ingress rule of sg-db allows tcp/5432 from 10.0.1.5 (sg-web)',
    })
  })

  test('the source’s own egress rules are asked too', () => {
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-web'], [DB]: ['sg-db'] },
      groups: {
        'sg-web': { egress: [tcp(443, { cidrs: ['0.0.0.0/0'] })] },
        'sg-db': { ingress: [tcp(5432, { cidrs: ['0.0.0.0/0'] })] },
      },
    })
    expect(judge(facts, WEB, to(5432))).toEqual({
      allowed: false,
      reason: 'no egress rule of sg-web allows tcp/5432 to 10.0.2.9 (sg-db)',
    })
    expect(openings(facts, VPC, WEB, DB)).toEqual([])
  })

  test('groups add up: one that allows is enough', () => {
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-a', 'sg-b'], [DB]: ['sg-none', 'sg-db'] },
      groups: {
        'sg-a': { egress: [] },
        'sg-b': {},
        'sg-none': {},
        'sg-db': { ingress: [tcp(5432, { groupIds: ['sg-b'] })] },
      },
    })
    expect(judge(facts, WEB, to(5432)).allowed).toBe(true)
  })

  test('another protocol’s rule does not count', () => {
    const rule = tcp(53, { cidrs: ['0.0.0.0/0'] })
    const facts = vpcFacts({
      interfaces: { [WEB]: ['sg-web'], [DB]: ['sg-db'] },
      groups: { 'sg-web': {}, 'sg-db': { ingress: [rule] } },
    })
    expect(judge(facts, WEB, { ...to(53), protocol: 'udp' }).allowed).toBe(false)
  })

  test('who has no network interface is nobody, as source and as target', () => {
    const facts = vpcFacts({ interfaces: { [WEB]: ['sg-web'] }, groups: { 'sg-web': {} } })
    expect(judge(facts, '127.0.0.1', { vpcId: VPC, ip: WEB, port: 80 })).toEqual({
      allowed: false,
      reason: 'no network interface of vpc-1 has 127.0.0.1',
    })
    expect(judge(facts, WEB, to(80))).toEqual({
      allowed: false,
      reason: 'no network interface of vpc-1 has 10.0.2.9',
    })
  })
})

describe('out of a VPC', () => {
  const nat = { cidr: '0.0.0.0/0', target: 'nat-1', kind: 'nat' } as const
  const igw = { cidr: '0.0.0.0/0', target: 'igw-1', kind: 'internet' } as const
  const from = { vpcId: VPC, ip: WEB }
  const interfaces = { [WEB]: ['sg-web'] }
  const groups = { 'sg-web': {} }

  test('a NAT gateway lets out whoever its groups let out', () => {
    const facts = vpcFacts({ interfaces, groups, internet: nat })
    expect(judgeOutside(facts, from, { port: 443 })).toEqual({ allowed: true })
    expect(outsideOpenings(facts, from)).toHaveLength(3)
  })

  test('without a route nobody gets out', () => {
    const facts = vpcFacts({ interfaces, groups })
    expect(judgeOutside(facts, from, { port: 443 })).toEqual({
      allowed: false,
      reason: 'subnet-1 (rtb-1) has no route to the internet',
    })
    expect(outsideOpenings(facts, from)).toEqual([])
  })

  test('an internet gateway needs a public address', () => {
    const without = vpcFacts({ interfaces, groups, internet: igw })
    expect(judgeOutside(without, from, { port: 443 })).toMatchObject({
      reason: expect.stringContaining('needs a public address, and eni-10.0.1.5 has none'),
    })
    const publicIps = { [WEB]: '3.3.3.3' }
    const with_ = vpcFacts({ interfaces, groups, internet: igw, publicIps })
    expect(judgeOutside(with_, from, { port: 443 })).toEqual({ allowed: true })
  })

  test('egress rules are judged by port, and by the real address where it is known', () => {
    const egress = [tcp(443, { cidrs: ['93.184.0.0/16'] })]
    const facts = vpcFacts({ interfaces, groups: { 'sg-web': { egress } }, internet: nat })
    expect(judgeOutside(facts, from, { port: 443, ip: '93.184.216.34' }).allowed).toBe(true)
    expect(judgeOutside(facts, from, { port: 443, ip: '1.1.1.1' })).toEqual({
      allowed: false,
      reason: 'no egress rule of sg-web allows tcp/443 to 1.1.1.1',
    })
    expect(judgeOutside(facts, from, { port: 80 }).allowed).toBe(false)
  })

  test('an egress rule that names groups alone does not lead out', () => {
    const egress = [tcp(443, { groupIds: ['sg-db'] })]
    const facts = vpcFacts({ interfaces, groups: { 'sg-web': { egress } }, internet: nat })
    expect(outsideOpenings(facts, from)).toEqual([])
    expect(judgeOutside(facts, from, { port: 443 }).allowed).toBe(false)
  })
})
