import { invalidConfiguration, validationError } from './errors.ts'
import type { Values } from './records.ts'

/** An attribute: its default, and which values it may have. */
interface Attribute {
  readonly initial: string
  readonly allows: RegExp | { readonly min: number; readonly max: number; readonly or?: string }
}

type Attributes = Readonly<Record<string, Attribute>>

const BOOLEAN = /^(true|false)$/
const ON_OFF = /^(on|off)$/
const ANY = /^.*$/
const count = (min: number, max: number, or?: string): Attribute['allows'] =>
  or === undefined ? { min, max } : { min, max, or }

/** AWS: `LoadBalancerAttribute`. */
const EVERY_BALANCER: Attributes = {
  'access_logs.s3.enabled': { initial: 'false', allows: BOOLEAN },
  'access_logs.s3.bucket': { initial: '', allows: ANY },
  'access_logs.s3.prefix': { initial: '', allows: ANY },
  'deletion_protection.enabled': { initial: 'false', allows: BOOLEAN },
  'ipv6.deny_all_igw_traffic': { initial: 'false', allows: BOOLEAN },
  'zonal_shift.config.enabled': { initial: 'false', allows: BOOLEAN },
}

const APPLICATION: Attributes = {
  ...EVERY_BALANCER,
  'load_balancing.cross_zone.enabled': { initial: 'true', allows: /^true$/ },
  'idle_timeout.timeout_seconds': { initial: '60', allows: count(1, 4000) },
  'client_keep_alive.seconds': { initial: '3600', allows: count(60, 604_800) },
  'connection_logs.s3.enabled': { initial: 'false', allows: BOOLEAN },
  'connection_logs.s3.bucket': { initial: '', allows: ANY },
  'connection_logs.s3.prefix': { initial: '', allows: ANY },
  'health_check_logs.s3.enabled': { initial: 'false', allows: BOOLEAN },
  'health_check_logs.s3.bucket': { initial: '', allows: ANY },
  'health_check_logs.s3.prefix': { initial: '', allows: ANY },
  'routing.http.desync_mitigation_mode': {
    initial: 'defensive',
    allows: /^(monitor|defensive|strictest)$/,
  },
  'routing.http.drop_invalid_header_fields.enabled': { initial: 'false', allows: BOOLEAN },
  'routing.http.preserve_host_header.enabled': { initial: 'false', allows: BOOLEAN },
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': {
    initial: 'false',
    allows: BOOLEAN,
  },
  'routing.http.xff_client_port.enabled': { initial: 'false', allows: BOOLEAN },
  'routing.http.xff_header_processing.mode': {
    initial: 'append',
    allows: /^(append|preserve|remove)$/,
  },
  'routing.http2.enabled': { initial: 'true', allows: BOOLEAN },
  'waf.fail_open.enabled': { initial: 'false', allows: BOOLEAN },
}

const NETWORK: Attributes = {
  ...EVERY_BALANCER,
  'load_balancing.cross_zone.enabled': { initial: 'false', allows: BOOLEAN },
  'dns_record.client_routing_policy': {
    initial: 'any_availability_zone',
    allows:
      /^(any_availability_zone|availability_zone_affinity|partial_availability_zone_affinity)$/,
  },
  'secondary_ips.auto_assigned.per_subnet': { initial: '0', allows: count(0, 7) },
}

/** AWS: `TargetGroupAttribute`. */
const EVERY_GROUP: Attributes = {
  'deregistration_delay.timeout_seconds': { initial: '300', allows: count(0, 3600) },
  'stickiness.enabled': { initial: 'false', allows: BOOLEAN },
  'load_balancing.cross_zone.enabled': {
    initial: 'use_load_balancer_configuration',
    allows: /^(true|false|use_load_balancer_configuration)$/,
  },
  'target_group_health.dns_failover.minimum_healthy_targets.count': {
    initial: '1',
    allows: count(1, 1000, 'off'),
  },
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': {
    initial: 'off',
    allows: count(1, 100, 'off'),
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': {
    initial: '1',
    allows: count(1, 1000),
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': {
    initial: 'off',
    allows: count(1, 100, 'off'),
  },
}

const HTTP_GROUP: Attributes = {
  ...EVERY_GROUP,
  'stickiness.type': { initial: 'lb_cookie', allows: /^(lb_cookie|app_cookie)$/ },
  'stickiness.lb_cookie.duration_seconds': { initial: '86400', allows: count(1, 604_800) },
  'stickiness.app_cookie.duration_seconds': { initial: '86400', allows: count(1, 604_800) },
  'stickiness.app_cookie.cookie_name': { initial: '', allows: /^(?!AWSALB)[^\s;=,]*$/ },
  'slow_start.duration_seconds': { initial: '0', allows: count(30, 900, '0') },
  'load_balancing.algorithm.type': {
    initial: 'round_robin',
    allows: /^(round_robin|least_outstanding_requests|weighted_random)$/,
  },
  'load_balancing.algorithm.anomaly_mitigation': { initial: 'off', allows: ON_OFF },
}

const TCP_GROUP: Attributes = {
  ...EVERY_GROUP,
  'stickiness.type': { initial: 'source_ip', allows: /^source_ip$/ },
  'deregistration_delay.connection_termination.enabled': { initial: 'false', allows: BOOLEAN },
  'preserve_client_ip.enabled': { initial: 'false', allows: BOOLEAN },
  'proxy_protocol_v2.enabled': { initial: 'false', allows: /^false$/ },
  'target_health_state.unhealthy.connection_termination.enabled': {
    initial: 'true',
    allows: BOOLEAN,
  },
  'target_health_state.unhealthy.draining_interval_seconds': {
    initial: '0',
    allows: count(0, 360_000),
  },
}

const HEADER_NAME = /^[-A-Za-z0-9_]{1,40}$/

/** AWS: `ListenerAttribute`. */
const TCP_LISTENER: Attributes = {
  'tcp.idle_timeout.seconds': { initial: '350', allows: count(60, 6000) },
}

const HTTP_LISTENER: Attributes = {
  ...Object.fromEntries(
    ['x_amzn_mtls_clientcert_serial_number', 'x_amzn_mtls_clientcert_issuer']
      .concat(['x_amzn_mtls_clientcert_subject', 'x_amzn_mtls_clientcert_validity'])
      .concat(['x_amzn_mtls_clientcert_leaf', 'x_amzn_mtls_clientcert'])
      .concat(['x_amzn_tls_version', 'x_amzn_tls_cipher_suite'])
      .map((name) => [
        `routing.http.request.${name}.header_name`,
        { initial: '', allows: HEADER_NAME },
      ]),
  ),
  'routing.http.response.server.enabled': { initial: 'true', allows: BOOLEAN },
  ...Object.fromEntries(
    ['strict_transport_security', 'access_control_allow_origin', 'access_control_allow_methods']
      .concat(['access_control_allow_headers', 'access_control_allow_credentials'])
      .concat(['access_control_expose_headers', 'access_control_max_age'])
      .concat(['content_security_policy', 'x_content_type_options', 'x_frame_options'])
      .map((name) => [
        `routing.http.response.${name}.header_value`,
        { initial: '', allows: /^[\t -~]*$/ },
      ]),
  ),
}

export type AttributeKind =
  | 'application'
  | 'network'
  | 'httpGroup'
  | 'tcpGroup'
  | 'httpListener'
  | 'tcpListener'

const KINDS: Readonly<Record<AttributeKind, Attributes>> = {
  application: APPLICATION,
  network: NETWORK,
  httpGroup: HTTP_GROUP,
  tcpGroup: TCP_GROUP,
  httpListener: HTTP_LISTENER,
  tcpListener: TCP_LISTENER,
}

export function initialAttributes(kind: AttributeKind): Values {
  return Object.fromEntries(Object.entries(KINDS[kind]).map(([key, { initial }]) => [key, initial]))
}

/** `known` with `changes`; throws on the first that is unknown or has a value that is not allowed. */
export function changeAttributes(
  kind: AttributeKind,
  known: Values,
  changes: readonly { Key?: string | undefined; Value?: string | undefined }[],
): Values {
  const next: Record<string, string> = { ...known }
  for (const { Key: key = '', Value: value = '' } of changes) {
    const attribute = KINDS[kind][key]
    if (attribute === undefined) {
      throw invalidConfiguration(`The attribute key '${key}' is not recognized`)
    }
    if (!allows(attribute, value)) {
      throw validationError(`The attribute value '${value}' for the key '${key}' is not valid`)
    }
    next[key] = value
  }
  return next
}

export function attributeList(values: Values): { Key: string; Value: string }[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }))
}

function allows({ allows: allowed }: Attribute, value: string): boolean {
  if (allowed instanceof RegExp) return allowed.test(value)
  if (value === allowed.or) return true
  return /^\d{1,9}$/.test(value) && Number(value) >= allowed.min && Number(value) <= allowed.max
}
