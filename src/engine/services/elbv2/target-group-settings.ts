import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { isCodeNotation } from '../../data-plane/health/matcher.ts'
import { invalidConfiguration, notInEngine, validationError } from './errors.ts'
import type { TargetGroupSettings } from './records.ts'

export const HTTP_PROTOCOLS: readonly string[] = ['HTTP', 'HTTPS']
const PROTOCOLS: readonly string[] = [...HTTP_PROTOCOLS, 'TCP', 'TLS']

/** The settings of a new target group, with AWS's defaults (AWS: CreateTargetGroup). */
export function newSettings(input: CreateTargetGroupCommandInput): TargetGroupSettings {
  const { TargetType: type = 'instance', Protocol: protocol } = input
  if (type === 'lambda' || type === 'alb') throw notInEngine(`target groups of type ${type}`)
  if (protocol === undefined) throw validationError('A protocol must be specified')
  if (!PROTOCOLS.includes(protocol)) throw notInEngine(`target groups of protocol ${protocol}`)
  if (input.Port === undefined) throw validationError('A port must be specified')
  if (input.VpcId === undefined) throw validationError('A VPC ID must be specified')
  if ((input.ProtocolVersion ?? 'HTTP1') !== 'HTTP1') {
    throw notInEngine(`the protocol version ${input.ProtocolVersion}`)
  }
  const http = HTTP_PROTOCOLS.includes(protocol)
  const settings: TargetGroupSettings = {
    TargetGroupName: input.Name,
    Protocol: protocol,
    Port: input.Port,
    VpcId: input.VpcId,
    HealthCheckProtocol: input.HealthCheckProtocol ?? (http ? 'HTTP' : 'TCP'),
    HealthCheckPort: input.HealthCheckPort ?? 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
    HealthyThresholdCount: input.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? 2,
    TargetType: type,
    IpAddressType: input.IpAddressType ?? 'ipv4',
    ...(http ? { ProtocolVersion: 'HTTP1' } : {}),
  }
  if (input.HealthCheckEnabled === false) {
    throw validationError(`Health checks cannot be disabled for target type '${type}'`)
  }
  return changedSettings(settings, input)
}

/** `settings` with the health check that `input` describes; throws when it is not possible. */
export function changedSettings(
  settings: TargetGroupSettings,
  input: Omit<CreateTargetGroupCommandInput, 'Name'>,
): TargetGroupSettings {
  const group = settings.Protocol ?? 'HTTP'
  const httpGroup = HTTP_PROTOCOLS.includes(group)
  const protocol = input.HealthCheckProtocol ?? settings.HealthCheckProtocol ?? 'HTTP'
  const httpCheck = HTTP_PROTOCOLS.includes(protocol)
  if (!httpCheck && (protocol !== 'TCP' || httpGroup)) {
    throw validationError(
      `Health check protocol '${protocol}' is not supported for a target group with the protocol '${group}'`,
    )
  }
  const timeout = httpGroup ? 5 : httpCheck ? 6 : 10
  const next: TargetGroupSettings = {
    ...settings,
    HealthCheckProtocol: protocol,
    HealthCheckPort: input.HealthCheckPort ?? settings.HealthCheckPort,
    HealthCheckIntervalSeconds:
      input.HealthCheckIntervalSeconds ?? settings.HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds:
      input.HealthCheckTimeoutSeconds ?? settings.HealthCheckTimeoutSeconds ?? timeout,
    HealthyThresholdCount: input.HealthyThresholdCount ?? settings.HealthyThresholdCount,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? settings.UnhealthyThresholdCount,
    HealthCheckPath: httpCheck
      ? (input.HealthCheckPath ?? settings.HealthCheckPath ?? '/')
      : undefined,
    Matcher: httpCheck ? { HttpCode: matcherOf(input, settings, httpGroup) } : undefined,
  }
  check(next, httpGroup)
  return next
}

function matcherOf(
  input: Omit<CreateTargetGroupCommandInput, 'Name'>,
  settings: TargetGroupSettings,
  httpGroup: boolean,
): string {
  const codes =
    input.Matcher?.HttpCode ?? settings.Matcher?.HttpCode ?? (httpGroup ? '200' : '200-399')
  if (!isCodeNotation(codes, 200, httpGroup ? 499 : 599)) {
    throw validationError(`Health check matcher HTTP code '${codes}' is not valid`)
  }
  return codes
}

function check(settings: TargetGroupSettings, httpGroup: boolean): void {
  const between = (name: string, value: number | undefined, min: number, max: number): void => {
    if (value === undefined || (value >= min && value <= max)) return
    throw validationError(`${name} must be between '${min}' and '${max}'`)
  }
  const { HealthCheckIntervalSeconds: interval = 30, HealthCheckTimeoutSeconds: timeout = 5 } =
    settings
  between('Port', settings.Port, 1, 65_535)
  between('Health check interval', interval, 5, 300)
  between('Health check timeout', timeout, 2, 120)
  between('Healthy threshold count', settings.HealthyThresholdCount, 2, 10)
  between('Unhealthy threshold count', settings.UnhealthyThresholdCount, 2, 10)
  if (httpGroup && timeout >= interval) {
    throw validationError('Health check interval must be greater than the timeout.')
  }
  const { HealthCheckPath: path, HealthCheckPort: port = 'traffic-port' } = settings
  if (path !== undefined && (!/^\/[\x21-\x7e]*$/.test(path) || path.length > 1024)) {
    throw validationError(
      `Health check path '${path}' must begin with a '/' character, and can have up to 1024 characters`,
    )
  }
  if (port !== 'traffic-port' && !(Number(port) >= 1 && Number(port) <= 65_535)) {
    throw invalidConfiguration(`Health check port '${port}' must be 'traffic-port' or a port`)
  }
}
