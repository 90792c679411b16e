import { readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  type BalancedEngine,
  balancedEngine,
  makeBalanced,
  reach,
  serve,
  urlOf,
} from './testing/balanced-engine.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function start(before: Parameters<typeof balancedEngine>[0] = {}): Promise<BalancedEngine> {
  const engine = await balancedEngine(before)
  cleanups.push(() => engine.stop())
  return engine
}

async function backend(answer: string): Promise<number> {
  const server = await serve((request, response) => response.end(`${answer} ${request.url}`))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server.port
}

test('answers through a listener from a registered target once it is healthy', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { targetGroupArn, url } = await makeBalanced(engine.calls)
  const port = await backend('hello')
  await elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '10.0.1.5', Port: port }],
  })
  const { TargetHealthDescriptions } = await elbv2.describeTargetHealth({
    TargetGroupArn: targetGroupArn,
  })
  expect(TargetHealthDescriptions?.[0]?.TargetHealth).toEqual({
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  })
  await reach(engine, targetGroupArn, 'healthy')
  const response = await fetch(`${url}/films?page=2`)
  expect(await response.text()).toBe('hello /films?page=2')
})

test('shows a deregistered target as draining for the delay and forgets it then', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { targetGroupArn, url } = await makeBalanced(engine.calls)
  await elbv2.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
  })
  const target = { Id: '10.0.1.5', Port: await backend('hello') }
  await elbv2.registerTargets({ TargetGroupArn: targetGroupArn, Targets: [target] })
  await reach(engine, targetGroupArn, 'healthy')
  await elbv2.deregisterTargets({ TargetGroupArn: targetGroupArn, Targets: [target] })
  expect((await fetch(url)).status).toBe(503)
  await engine.clock.advance(29_000)
  await reach(engine, targetGroupArn, 'draining')
  await engine.clock.advance(1_000)
  const asked = await elbv2.describeTargetHealth({
    TargetGroupArn: targetGroupArn,
    Targets: [target],
  })
  expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
    State: 'unused',
    Reason: 'Target.NotRegistered',
  })
})

test('takes up listeners, targets and ports again after a restart', async () => {
  const first = await start()
  const { targetGroupArn, listenerArn, url } = await makeBalanced(first.calls)
  await first.calls.elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '10.0.1.5', Port: await backend('again') }],
  })
  await first.stop()
  const second = await start({ store: first.store, clock: first.clock })
  expect(await urlOf(second.calls, listenerArn)).toBe(url)
  await reach(second, targetGroupArn, 'healthy')
  expect(await (await fetch(url)).text()).toBe('again /')
})

test('lets this machine in only where a security group does', async () => {
  const engine = await start()
  const { url, securityGroupId } = await makeBalanced(engine.calls)
  expect((await fetch(url)).status).toBe(503)
  await engine.calls.ec2.revokeSecurityGroupIngress({
    GroupId: securityGroupId,
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ],
  })
  await engine.clock.advance(1_000)
  await expect(fetch(url, { headers: { connection: 'close' } })).rejects.toThrow('fetch failed')
})

test('does not answer on this machine for an internal load balancer', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { subnetIds, vpcId } = await makeBalanced(engine.calls)
  const { LoadBalancers } = await elbv2.createLoadBalancer({
    Name: 'inside',
    Subnets: subnetIds,
    Scheme: 'internal',
  })
  const { Listeners } = await elbv2.createListener({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'in' } },
    ],
  })
  expect(await urlOf(engine.calls, Listeners?.[0]?.ListenerArn ?? '')).toBe('')
  const name = LoadBalancers?.[0]?.DNSName ?? ''
  const ip = engine.network.resolve(name, vpcId) ?? ''
  const stream = await engine.network.connect({ vpcId, ip: '172.31.0.9' }, { vpcId, ip, port: 80 })
  stream.setEncoding('latin1').write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  let answer = ''
  for await (const part of stream) answer += String(part)
  expect(answer).toMatch(/\r\n\r\nin$/)
})

test('redirects to where another listener of the load balancer answers', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { loadBalancerArn, listenerArn, targetGroupArn, url } = await makeBalanced(engine.calls)
  const { Listeners } = await elbv2.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: 81,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  await elbv2.modifyListener({
    ListenerArn: listenerArn,
    DefaultActions: [{ Type: 'redirect', RedirectConfig: { Port: '81', StatusCode: 'HTTP_302' } }],
  })
  const response = await fetch(`${url}/a?b`, { redirect: 'manual' })
  expect(response.status).toBe(302)
  const other = await urlOf(engine.calls, Listeners?.[0]?.ListenerArn ?? '')
  expect(response.headers.get('location')).toBe(`${other}/a?b`)
})

test('hands its counters to CloudWatch each minute', async () => {
  const engine = await start()
  const { targetGroupArn, loadBalancerArn, url } = await makeBalanced(engine.calls)
  await engine.calls.elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '172.31.0.5', Port: await backend('counted') }],
  })
  await reach(engine, targetGroupArn, 'healthy')
  for (let i = 0; i < 3; i++) await (await fetch(url)).text()
  await engine.clock.advance(60_000)
  const LoadBalancer = loadBalancerArn.split(':loadbalancer/')[1]
  const TargetGroup = targetGroupArn.split(':').at(-1)
  const ofGroup = [
    { Name: 'TargetGroup', Value: TargetGroup },
    { Name: 'LoadBalancer', Value: LoadBalancer },
  ]
  const [put] = engine.metrics
  expect(put?.Namespace).toBe('AWS/ApplicationELB')
  const data = put?.MetricData ?? []
  for (const expected of [
    { MetricName: 'RequestCount', Value: 3, Dimensions: ofGroup.slice(1) },
    { MetricName: 'HTTPCode_Target_2XX_Count', Value: 3, Dimensions: ofGroup },
    { MetricName: 'HealthyHostCount', Value: 1, Dimensions: ofGroup },
    { MetricName: 'UnHealthyHostCount', Value: 0, Dimensions: ofGroup },
    { MetricName: 'RequestCountPerTarget', Value: 3, Dimensions: ofGroup.slice(0, 1) },
    { MetricName: 'TargetResponseTime', Unit: 'Seconds', Dimensions: ofGroup },
  ]) {
    expect(data).toContainEqual(expect.objectContaining(expected))
  }
})

test('speaks HTTPS with a certificate of this machine', async () => {
  const engine = await start()
  const { elbv2 } = engine.calls
  const { loadBalancerArn, securityGroupId, targetGroupArn } = await makeBalanced(engine.calls)
  await engine.calls.ec2.authorizeSecurityGroupIngress({
    GroupId: securityGroupId,
    IpPermissions: [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ],
  })
  const port = await secretPort()
  await elbv2.registerTargets({
    TargetGroupArn: targetGroupArn,
    Targets: [{ Id: '172.31.0.5', Port: port }],
  })
  const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/1'
  const { Listeners } = await elbv2.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTPS',
    Port: 443,
    Certificates: [{ CertificateArn }],
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  expect(Listeners?.[0]?.Certificates).toEqual([{ CertificateArn }])
  await reach(engine, targetGroupArn, 'healthy')
  const url = await urlOf(engine.calls, Listeners?.[0]?.ListenerArn ?? '')
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  cleanups.push(() => rmSync(engine.dataDir, { recursive: true }))
  const ca = readFileSync(join(engine.dataDir, 'certificates', 'us-east-1.pem'))
  const answer = await new Promise<string>((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve)
    }).on('error', reject)
  })
  expect(answer).toBe('https')
})

async function secretPort(): Promise<number> {
  const server = await serve((request, response) => {
    response.end(request.headers['x-forwarded-proto'])
  })
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server.port
}
