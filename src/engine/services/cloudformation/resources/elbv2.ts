import type {
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateTargetGroupCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import { awaitState } from './await-state.ts'
import type {
  Attributes,
  Created,
  ResourceHandler,
  ResourceRequest,
  UpdateRequest,
} from './handler.ts'
import { changed, list, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'
import { isOwn, tagChanges, tagsOf } from './tags.ts'

const MAX_NAME = 32
const PROVISIONING_LIMIT_MS = 15 * 60_000

interface Attribute {
  Key?: string
  Value?: string
}

async function updateElbTags(request: UpdateRequest): Promise<void> {
  const { set, removed } = tagChanges(tagsOf(request.before), tagsOf(request.properties))
  const ResourceArns = [request.physicalId]
  if (removed.length > 0) await request.calls.elbv2.removeTags({ ResourceArns, TagKeys: removed })
  if (set.length > 0) await request.calls.elbv2.addTags({ ResourceArns, Tags: set })
}

function nameOf(request: ResourceRequest): string {
  return optionalText(request.properties, 'Name') ?? request.generatedName({ maxLength: MAX_NAME })
}

async function ownByTags(
  request: ResourceRequest,
  arn: string | undefined,
): Promise<Created | undefined> {
  if (arn === undefined) return undefined
  const { TagDescriptions = [] } = await request.calls.elbv2.describeTags({ ResourceArns: [arn] })
  return isOwn(request, TagDescriptions[0]?.Tags) ? { physicalId: arn } : undefined
}

const loadBalancer: ResourceHandler = {
  type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  async create(request) {
    const { properties } = request
    const { LoadBalancers = [] } = await request.calls.elbv2.createLoadBalancer({
      ...part<CreateLoadBalancerCommandInput>(properties, [
        'IpAddressType',
        'Scheme',
        'SecurityGroups',
        'SubnetMappings',
        'Subnets',
        'Type',
      ]),
      Name: nameOf(request),
      Tags: tagsOf(properties),
    })
    return { physicalId: required(LoadBalancers[0]?.LoadBalancerArn, 'LoadBalancerArn') }
  },
  async find(request) {
    const { LoadBalancers = [] } = await request.calls.elbv2.describeLoadBalancers({
      Names: [nameOf(request)],
    })
    return ownByTags(request, LoadBalancers[0]?.LoadBalancerArn)
  },
  async stabilize(request): Promise<Attributes> {
    const { calls, physicalId, properties } = request
    const attributes = list<Attribute>(properties, 'LoadBalancerAttributes')
    if (attributes.length > 0)
      await calls.elbv2.modifyLoadBalancerAttributes({
        LoadBalancerArn: physicalId,
        Attributes: [...attributes],
      })
    return awaitState({ ...request, limitMs: PROVISIONING_LIMIT_MS }, async () => {
      const { LoadBalancers = [] } = await calls.elbv2.describeLoadBalancers({
        LoadBalancerArns: [physicalId],
      })
      const [found] = LoadBalancers
      if (found?.State?.Code === 'failed')
        throw new AwsError('GeneralServiceException', found.State.Reason ?? 'Provisioning failed')
      if (found === undefined || found.State?.Code === 'provisioning') return undefined
      return {
        LoadBalancerArn: physicalId,
        DNSName: found.DNSName ?? '',
        CanonicalHostedZoneID: found.CanonicalHostedZoneId ?? '',
        LoadBalancerName: found.LoadBalancerName ?? '',
        LoadBalancerFullName: physicalId.split(':loadbalancer/')[1] ?? '',
        SecurityGroups: found.SecurityGroups ?? [],
      }
    })
  },
  async update(request) {
    const { calls, physicalId: LoadBalancerArn, properties } = request
    if (changed(request, 'SecurityGroups'))
      await calls.elbv2.setSecurityGroups({
        LoadBalancerArn,
        SecurityGroups: [...list<string>(properties, 'SecurityGroups')],
      })
    if (changed(request, 'Subnets') || changed(request, 'SubnetMappings'))
      await calls.elbv2.setSubnets({
        ...part<CreateLoadBalancerCommandInput>(properties, ['SubnetMappings', 'Subnets']),
        LoadBalancerArn,
      })
    await updateElbTags(request)
  },
  async delete({ calls, physicalId }) {
    await calls.elbv2.deleteLoadBalancer({ LoadBalancerArn: physicalId })
  },
}

const HEALTH_CHECK = [
  'HealthCheckEnabled',
  'HealthCheckIntervalSeconds',
  'HealthCheckPath',
  'HealthCheckPort',
  'HealthCheckProtocol',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'Matcher',
  'UnhealthyThresholdCount',
] as const

const targetGroup: ResourceHandler = {
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  async create(request) {
    const { properties } = request
    const { TargetGroups = [] } = await request.calls.elbv2.createTargetGroup({
      ...part<CreateTargetGroupCommandInput>(properties, [
        ...HEALTH_CHECK,
        'IpAddressType',
        'Port',
        'Protocol',
        'ProtocolVersion',
        'TargetType',
        'VpcId',
      ]),
      Name: nameOf(request),
      Tags: tagsOf(properties),
    })
    return { physicalId: required(TargetGroups[0]?.TargetGroupArn, 'TargetGroupArn') }
  },
  async find(request) {
    const { TargetGroups = [] } = await request.calls.elbv2.describeTargetGroups({
      Names: [nameOf(request)],
    })
    return ownByTags(request, TargetGroups[0]?.TargetGroupArn)
  },
  async stabilize(request): Promise<Attributes> {
    const { calls, physicalId: TargetGroupArn, properties } = request
    const attributes = list<Attribute>(properties, 'TargetGroupAttributes')
    if (attributes.length > 0)
      await calls.elbv2.modifyTargetGroupAttributes({
        TargetGroupArn,
        Attributes: [...attributes],
      })
    const targets = list<{ Id: string; Port?: number }>(properties, 'Targets')
    if (targets.length > 0)
      await calls.elbv2.registerTargets({ TargetGroupArn, Targets: [...targets] })
    const { TargetGroups = [] } = await calls.elbv2.describeTargetGroups({
      TargetGroupArns: [TargetGroupArn],
    })
    return {
      TargetGroupArn,
      TargetGroupName: TargetGroups[0]?.TargetGroupName ?? '',
      TargetGroupFullName: TargetGroupArn.slice(TargetGroupArn.indexOf(':targetgroup/') + 1),
      LoadBalancerArns: TargetGroups[0]?.LoadBalancerArns ?? [],
    }
  },
  async update(request) {
    await request.calls.elbv2.modifyTargetGroup({
      ...part<CreateTargetGroupCommandInput>(request.properties, HEALTH_CHECK),
      TargetGroupArn: request.physicalId,
    })
    await updateElbTags(request)
  },
  async delete({ calls, physicalId }) {
    await calls.elbv2.deleteTargetGroup({ TargetGroupArn: physicalId })
  },
}

const LISTENER = ['AlpnPolicy', 'Certificates', 'Port', 'Protocol', 'SslPolicy'] as const

const listener: ResourceHandler = {
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  async create(request) {
    const { Listeners = [] } = await request.calls.elbv2.createListener({
      ...part<CreateListenerCommandInput>(request.properties, LISTENER),
      LoadBalancerArn: text(request.properties, 'LoadBalancerArn'),
      DefaultActions: actions(request, 'DefaultActions'),
      Tags: tagsOf(request.properties),
    })
    const arn = required(Listeners[0]?.ListenerArn, 'ListenerArn')
    return { physicalId: arn, attributes: { ListenerArn: arn } }
  },
  async update(request) {
    await request.calls.elbv2.modifyListener({
      ...part<CreateListenerCommandInput>(request.properties, LISTENER),
      ListenerArn: request.physicalId,
      DefaultActions: actions(request, 'DefaultActions'),
    })
    await updateElbTags(request)
  },
  async delete({ calls, physicalId }) {
    await calls.elbv2.deleteListener({ ListenerArn: physicalId })
  },
}

type Action = NonNullable<CreateListenerCommandInput['DefaultActions']>[number]

function actions({ properties }: ResourceRequest, name: string): Action[] {
  return list<Action>(properties, name).map((action) => ({ ...action }))
}

const listenerRule: ResourceHandler = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  async create(request) {
    const { properties } = request
    const { Rules = [] } = await request.calls.elbv2.createRule({
      ListenerArn: text(properties, 'ListenerArn'),
      Priority: Number(properties['Priority']),
      Actions: actions(request, 'Actions'),
      Conditions: [...list<object>(properties, 'Conditions')],
      Tags: tagsOf(properties),
    })
    const arn = required(Rules[0]?.RuleArn, 'RuleArn')
    return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } }
  },
  async update(request) {
    const { calls, physicalId: RuleArn, properties } = request
    if (changed(request, 'Priority'))
      await calls.elbv2.setRulePriorities({
        RulePriorities: [{ RuleArn, Priority: Number(properties['Priority']) }],
      })
    await calls.elbv2.modifyRule({
      RuleArn,
      Actions: actions(request, 'Actions'),
      Conditions: [...list<object>(properties, 'Conditions')],
    })
    await updateElbTags(request)
  },
  async delete({ calls, physicalId }) {
    await calls.elbv2.deleteRule({ RuleArn: physicalId })
  },
}

export const elbHandlers = [loadBalancer, targetGroup, listener, listenerRule]
