import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { AwsCalls } from '../../calls.ts'
import {
  type Balanced,
  type BalancedEngine,
  balancedEngine,
  makeBalanced,
} from '../testing/balanced-engine.ts'

let engine: BalancedEngine
let elbv2: AwsCalls['elbv2']
let balanced: Balanced

beforeEach(async () => {
  engine = await balancedEngine()
  onTestFinished(() => engine.stop())
  elbv2 = engine.calls.elbv2
  balanced = await makeBalanced(engine.calls)
})

function forward(): { Type: 'forward'; TargetGroupArn: string }[] {
  return [{ Type: 'forward', TargetGroupArn: balanced.targetGroupArn }]
}

function pathRule(priority: number, ...paths: string[]): Parameters<typeof elbv2.createRule>[0] {
  return {
    ListenerArn: balanced.listenerArn,
    Priority: priority,
    Conditions: [{ Field: 'path-pattern', Values: paths }],
    Actions: forward(),
  }
}

test("names things in AWS's forms", async () => {
  const { LoadBalancers } = await elbv2.describeLoadBalancers({ Names: ['web'] })
  expect(LoadBalancers?.[0]).toMatchObject({
    LoadBalancerArn: expect.stringMatching(
      /^arn:aws:elasticloadbalancing:us-east-1:\d{12}:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
    ),
    DNSName: expect.stringMatching(/^web-\d{9,10}\.us-east-1\.elb\.localhost$/),
    Scheme: 'internet-facing',
    Type: 'application',
    IpAddressType: 'ipv4',
  })
  expect(balanced.listenerArn).toMatch(/:listener\/app\/web\/[0-9a-f]{16}\/[0-9a-f]{16}$/)
})

test('is provisioning at first and active after ten seconds', async () => {
  const state = async (): Promise<string | undefined> =>
    (await elbv2.describeLoadBalancers({})).LoadBalancers?.[0]?.State?.Code
  expect(await state()).toBe('provisioning')
  await engine.clock.advance(10_000)
  expect(await state()).toBe('active')
})

test('has a network interface in each subnet, and gives them back', async () => {
  const { ec2 } = engine.calls
  const interfaces = async (): Promise<(string | undefined)[]> =>
    ((await ec2.describeNetworkInterfaces({})).NetworkInterfaces ?? []).map((each) => each.SubnetId)
  expect(await interfaces()).toEqual(balanced.subnetIds)
  await elbv2.deleteLoadBalancer({ LoadBalancerArn: balanced.loadBalancerArn })
  expect(await interfaces()).toEqual([])
  await expect(elbv2.describeLoadBalancers({ Names: ['web'] })).rejects.toMatchObject({
    code: 'LoadBalancerNotFound',
  })
})

test('makes nothing twice when it is asked the same again', async () => {
  const again = await elbv2.createLoadBalancer({ Name: 'web', Subnets: balanced.subnetIds })
  expect(again.LoadBalancers?.[0]?.LoadBalancerArn).toBe(balanced.loadBalancerArn)
  await expect(
    elbv2.createLoadBalancer({ Name: 'web', Subnets: balanced.subnetIds, Scheme: 'internal' }),
  ).rejects.toMatchObject({ code: 'DuplicateLoadBalancerName' })
})

test('cannot be deleted while it is protected', async () => {
  await elbv2.modifyLoadBalancerAttributes({
    LoadBalancerArn: balanced.loadBalancerArn,
    Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
  })
  await expect(
    elbv2.deleteLoadBalancer({ LoadBalancerArn: balanced.loadBalancerArn }),
  ).rejects.toMatchObject({ code: 'OperationNotPermitted' })
})

test("fills in AWS's defaults for a health check", async () => {
  const { TargetGroups } = await elbv2.describeTargetGroups({ Names: ['api'] })
  expect(TargetGroups?.[0]).toMatchObject({
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    HealthCheckPort: 'traffic-port',
    Matcher: { HttpCode: '200' },
    LoadBalancerArns: [balanced.loadBalancerArn],
  })
  const tcp = await elbv2.createTargetGroup({
    Name: 'tcp',
    Protocol: 'TCP',
    Port: 1935,
    VpcId: balanced.vpcId,
    TargetType: 'ip',
  })
  expect(tcp.TargetGroups?.[0]).toMatchObject({
    HealthCheckProtocol: 'TCP',
    HealthCheckTimeoutSeconds: 10,
  })
})

test('refuses a health check that cannot be', async () => {
  const modify = (change: object): Promise<unknown> =>
    elbv2.modifyTargetGroup({ TargetGroupArn: balanced.targetGroupArn, ...change })
  for (const change of [
    { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 },
    { HealthCheckIntervalSeconds: 301 },
    { HealthyThresholdCount: 1 },
    { HealthCheckPath: 'health' },
    { Matcher: { HttpCode: '200-600' } },
    { HealthCheckProtocol: 'TCP' },
  ]) {
    await expect(modify(change)).rejects.toMatchObject({ code: 'ValidationError' })
  }
})

test('keeps a target group that is in use', async () => {
  await expect(
    elbv2.deleteTargetGroup({ TargetGroupArn: balanced.targetGroupArn }),
  ).rejects.toMatchObject({
    code: 'ResourceInUse',
    message: `Target group '${balanced.targetGroupArn}' is currently in use by a listener or a rule`,
  })
  await elbv2.deleteListener({ ListenerArn: balanced.listenerArn })
  await elbv2.deleteTargetGroup({ TargetGroupArn: balanced.targetGroupArn })
  await expect(elbv2.describeTargetGroups({ Names: ['api'] })).rejects.toMatchObject({
    code: 'TargetGroupNotFound',
  })
})

test('has one listener on a port', async () => {
  await expect(
    elbv2.createListener({
      LoadBalancerArn: balanced.loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: forward(),
    }),
  ).rejects.toMatchObject({ code: 'DuplicateListener' })
})

test('lists rules by priority, the default one last', async () => {
  await elbv2.createRule(pathRule(20, '/b'))
  await elbv2.createRule(pathRule(10, '/a'))
  const { Rules } = await elbv2.describeRules({ ListenerArn: balanced.listenerArn })
  expect(Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
    ['10', false],
    ['20', false],
    ['default', true],
  ])
  const defaultRule = Rules?.[2]?.RuleArn ?? ''
  await expect(elbv2.deleteRule({ RuleArn: defaultRule })).rejects.toMatchObject({
    code: 'OperationNotPermitted',
  })
})

test('lets two rules change places, but not share one', async () => {
  const first = (await elbv2.createRule(pathRule(1, '/a'))).Rules?.[0]?.RuleArn ?? ''
  const second = (await elbv2.createRule(pathRule(2, '/b'))).Rules?.[0]?.RuleArn ?? ''
  await expect(elbv2.createRule(pathRule(2, '/c'))).rejects.toMatchObject({
    code: 'PriorityInUse',
  })
  await elbv2.setRulePriorities({
    RulePriorities: [
      { RuleArn: first, Priority: 2 },
      { RuleArn: second, Priority: 1 },
    ],
  })
  const { Rules } = await elbv2.describeRules({ ListenerArn: balanced.listenerArn })
  expect(Rules?.slice(0, 2).map(({ RuleArn }) => RuleArn)).toEqual([second, first])
})

test('refuses conditions that AWS does not take', async () => {
  await expect(
    elbv2.createRule(pathRule(1, '/1', '/2', '/3', '/4', '/5', '/6')),
  ).rejects.toMatchObject({ message: "A rule can only have '5' condition values" })
  await expect(elbv2.createRule(pathRule(1, '/*/*/*/*/*/*'))).rejects.toMatchObject({
    code: 'ValidationError',
  })
  await expect(
    elbv2.createRule({ ...pathRule(1), Conditions: [{ Field: 'colour', Values: ['red'] }] }),
  ).rejects.toMatchObject({ code: 'ValidationError' })
  const twice = [
    { Field: 'path-pattern', Values: ['/a'] },
    { Field: 'path-pattern', Values: ['/b'] },
  ]
  await expect(elbv2.createRule({ ...pathRule(1), Conditions: twice })).rejects.toMatchObject({
    code: 'ValidationError',
  })
})

test('refuses actions that cannot be', async () => {
  const modify = (...actions: object[]): Promise<unknown> =>
    elbv2.modifyListener({ ListenerArn: balanced.listenerArn, DefaultActions: actions as never })
  const loop = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }
  await expect(modify(loop)).rejects.toMatchObject({ code: 'InvalidLoadBalancerAction' })
  const gone = { Type: 'forward', TargetGroupArn: `${balanced.targetGroupArn}0` }
  await expect(modify(gone)).rejects.toMatchObject({ code: 'TargetGroupNotFound' })
  const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '302' } }
  await expect(modify(fixed)).rejects.toMatchObject({ code: 'ValidationError' })
  const authenticate = { Type: 'authenticate-oidc', Order: 1 }
  await expect(modify(authenticate, { ...forward()[0], Order: 2 })).rejects.toMatchObject({
    message: "The engine does not have actions of type 'authenticate-oidc' yet.",
  })
})

test('keeps a target group to one load balancer', async () => {
  const { LoadBalancers } = await elbv2.createLoadBalancer({
    Name: 'second',
    Subnets: balanced.subnetIds,
  })
  await expect(
    elbv2.createListener({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: forward(),
    }),
  ).rejects.toMatchObject({ code: 'TargetGroupAssociationLimit' })
})

test('refuses targets that are not addresses of a private range', async () => {
  const register = (Id: string): Promise<unknown> =>
    elbv2.registerTargets({ TargetGroupArn: balanced.targetGroupArn, Targets: [{ Id }] })
  await expect(register('i-0123456789abcdef0')).rejects.toMatchObject({ code: 'ValidationError' })
  await expect(register('8.8.8.8')).rejects.toMatchObject({ code: 'InvalidTarget' })
})

test('gives lists by pages', async () => {
  for (let i = 1; i <= 5; i++) await elbv2.createRule(pathRule(i, `/${i}`))
  const priorities: (string | undefined)[] = []
  let marker: string | undefined
  do {
    const page = await elbv2.describeRules({
      ListenerArn: balanced.listenerArn,
      PageSize: 2,
      Marker: marker,
    })
    priorities.push(...(page.Rules ?? []).map(({ Priority }) => Priority))
    marker = page.NextMarker
  } while (marker !== undefined)
  expect(priorities).toEqual(['1', '2', '3', '4', '5', 'default'])
})

test('keeps tags, and adds where a listener answers', async () => {
  const { loadBalancerArn, listenerArn, url } = balanced
  await elbv2.addTags({
    ResourceArns: [loadBalancerArn, listenerArn],
    Tags: [
      { Key: 'team', Value: 'web' },
      { Key: 'tier', Value: '1' },
    ],
  })
  await elbv2.removeTags({ ResourceArns: [listenerArn], TagKeys: ['tier'] })
  const { TagDescriptions } = await elbv2.describeTags({
    ResourceArns: [loadBalancerArn, listenerArn],
  })
  expect(TagDescriptions?.map(({ Tags }) => Tags)).toEqual([
    [
      { Key: 'team', Value: 'web' },
      { Key: 'tier', Value: '1' },
    ],
    [
      { Key: 'team', Value: 'web' },
      { Key: 'longshore:url', Value: url },
    ],
  ])
})
