import type {
  Action,
  RuleCondition,
  RuleTransform,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  BalancerConfig,
  ListenerConfig,
  Stickiness,
  TargetGroupConfig,
} from '../../data-plane/config.ts'
import type { ForwardAction, RuleAction } from '../../data-plane/rules/actions.ts'
import type { Condition } from '../../data-plane/rules/conditions.ts'
import type { Rule } from '../../data-plane/rules/match.ts'
import type { Transform } from '../../data-plane/rules/transforms.ts'
import type {
  ListenerRecord,
  LoadBalancerRecord,
  RuleRecord,
  TargetGroupRecord,
  Values,
} from './records.ts'

const SECOND_MS = 1000

export function balancerConfig(record: LoadBalancerRecord): BalancerConfig {
  const { arn, id, region, name, dnsName, vpcId, interfaces, attributes } = record
  return {
    arn,
    id,
    region,
    name,
    dnsName,
    nodes: interfaces.map(({ ip }) => ({ vpcId, ip })),
    http: {
      idleTimeoutMs: seconds(attributes, 'idle_timeout.timeout_seconds', 60),
      clientKeepAliveMs: seconds(attributes, 'client_keep_alive.seconds', 3600),
      forwardedFor: forwardedForMode(attributes['routing.http.xff_header_processing.mode']),
      withClientPort: attributes['routing.http.xff_client_port.enabled'] === 'true',
      dropInvalidFields: attributes['routing.http.drop_invalid_header_fields.enabled'] === 'true',
    },
  }
}

export function listenerConfig(
  record: ListenerRecord,
  rules: readonly RuleRecord[],
): Omit<ListenerConfig, 'certificate'> {
  return {
    arn: record.arn,
    balancerArn: record.loadBalancerArn,
    protocol: record.protocol as ListenerConfig['protocol'],
    port: record.port,
    localPort: record.localPort,
    tcpIdleTimeoutMs: seconds(record.attributes, 'tcp.idle_timeout.seconds', 350),
    rules: [
      ...rules.map((rule) => ({
        arn: rule.arn,
        conditions: rule.conditions.map(compileCondition),
        action: compileActions(rule.actions),
        transforms: rule.transforms.flatMap(compileTransform),
      })),
      defaultRule(record),
    ],
  }
}

export function targetGroupConfig(
  { arn, id, region, settings, attributes }: TargetGroupRecord,
  balancerArn: string | undefined,
): TargetGroupConfig {
  const percentage =
    attributes['target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage']
  const minimum =
    attributes['target_group_health.unhealthy_state_routing.minimum_healthy_targets.count']
  return {
    arn,
    id,
    region,
    vpcId: settings.VpcId ?? '',
    protocol: settings.Protocol as TargetGroupConfig['protocol'],
    algorithm: (attributes['load_balancing.algorithm.type'] ??
      'round_robin') as TargetGroupConfig['algorithm'],
    slowStartMs: seconds(attributes, 'slow_start.duration_seconds', 0),
    deregistrationDelayMs: seconds(attributes, 'deregistration_delay.timeout_seconds', 300),
    stickiness: compileStickiness(attributes),
    failOpen: {
      minimumCount: Number(minimum ?? 1),
      minimumPercentage: percentage === 'off' ? 0 : Number(percentage ?? 0),
    },
    healthCheck: {
      enabled: settings.HealthCheckEnabled ?? true,
      protocol: (settings.HealthCheckProtocol ??
        'HTTP') as TargetGroupConfig['healthCheck']['protocol'],
      port:
        settings.HealthCheckPort === 'traffic-port' ? undefined : Number(settings.HealthCheckPort),
      path: settings.HealthCheckPath ?? '/',
      intervalMs: (settings.HealthCheckIntervalSeconds ?? 30) * SECOND_MS,
      timeoutMs: (settings.HealthCheckTimeoutSeconds ?? 5) * SECOND_MS,
      thresholds: {
        healthy: settings.HealthyThresholdCount ?? 5,
        unhealthy: settings.UnhealthyThresholdCount ?? 2,
      },
      codes: settings.Matcher?.HttpCode ?? '200',
    },
    balancerArn,
  }
}

function defaultRule({ defaultRuleArn, defaultActions }: ListenerRecord): Rule {
  return {
    arn: defaultRuleArn,
    conditions: [],
    action: compileActions(defaultActions),
    transforms: [],
  }
}

/** The last action decides; those before it (authentication) are refused at creation. */
function compileActions(actions: readonly Action[]): RuleAction {
  const action = actions.toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0)).at(-1)
  if (action?.Type === 'redirect') {
    const { RedirectConfig: to } = action
    return {
      type: 'redirect',
      status: to?.StatusCode === 'HTTP_301' ? 301 : 302,
      protocol: to?.Protocol ?? '#{protocol}',
      host: to?.Host ?? '#{host}',
      port: to?.Port ?? '#{port}',
      path: to?.Path ?? '/#{path}',
      query: to?.Query ?? '#{query}',
    }
  }
  if (action?.Type === 'fixed-response') {
    const { FixedResponseConfig: fixed } = action
    return {
      type: 'fixed-response',
      status: Number(fixed?.StatusCode),
      contentType: fixed?.ContentType ?? 'text/plain; charset=utf-8',
      body: fixed?.MessageBody ?? '',
    }
  }
  return compileForward(action)
}

function compileForward(action: Action | undefined): ForwardAction {
  const config = action?.ForwardConfig
  const many = (config?.TargetGroups ?? []).map(({ TargetGroupArn: arn = '', Weight = 1 }) => ({
    arn,
    weight: Weight,
  }))
  const sticky = config?.TargetGroupStickinessConfig
  return {
    type: 'forward',
    groups: many.length > 0 ? many : [{ arn: action?.TargetGroupArn ?? '', weight: 1 }],
    stickyMs: sticky?.Enabled === true ? (sticky.DurationSeconds ?? 0) * SECOND_MS : undefined,
  }
}

function compileCondition(condition: RuleCondition): Condition {
  const { Values: plain = [], RegexValues: regexes = [] } = condition
  switch (condition.Field) {
    case 'host-header':
    case 'path-pattern': {
      const config =
        condition.Field === 'host-header' ? condition.HostHeaderConfig : condition.PathPatternConfig
      return {
        field: condition.Field,
        values: config?.Values ?? plain,
        regexes: config?.RegexValues ?? regexes,
      }
    }
    case 'http-header':
      return {
        field: 'http-header',
        name: condition.HttpHeaderConfig?.HttpHeaderName ?? '',
        values: condition.HttpHeaderConfig?.Values ?? [],
        regexes: condition.HttpHeaderConfig?.RegexValues ?? regexes,
      }
    case 'http-request-method':
      return { field: condition.Field, values: condition.HttpRequestMethodConfig?.Values ?? [] }
    case 'source-ip':
      return { field: condition.Field, values: condition.SourceIpConfig?.Values ?? [] }
    default:
      return {
        field: 'query-string',
        values: (condition.QueryStringConfig?.Values ?? []).map(({ Key: key, Value = '' }) =>
          key === undefined ? { value: Value } : { key, value: Value },
        ),
      }
  }
}

function compileTransform(transform: RuleTransform): Transform[] {
  const rewrites =
    transform.Type === 'host-header-rewrite'
      ? transform.HostHeaderRewriteConfig?.Rewrites
      : transform.UrlRewriteConfig?.Rewrites
  return (rewrites ?? []).map(({ Regex, Replace }) => ({
    type: transform.Type ?? 'url-rewrite',
    regex: new RegExp(Regex ?? ''),
    replace: Replace ?? '',
  }))
}

function compileStickiness(attributes: Values): Stickiness | undefined {
  if (attributes['stickiness.enabled'] !== 'true') return undefined
  if (attributes['stickiness.type'] === 'source_ip') return { type: 'source_ip' }
  if (attributes['stickiness.type'] === 'app_cookie') {
    return {
      type: 'app_cookie',
      cookieName: attributes['stickiness.app_cookie.cookie_name'] ?? '',
      durationMs: seconds(attributes, 'stickiness.app_cookie.duration_seconds', 86_400),
    }
  }
  return {
    type: 'lb_cookie',
    durationMs: seconds(attributes, 'stickiness.lb_cookie.duration_seconds', 86_400),
  }
}

function seconds(attributes: Values, key: string, otherwise: number): number {
  return Number(attributes[key] ?? otherwise) * SECOND_MS
}

function forwardedForMode(mode: string | undefined): 'append' | 'preserve' | 'remove' {
  return mode === 'preserve' || mode === 'remove' ? mode : 'append'
}
