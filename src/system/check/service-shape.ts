import { LOG_RETENTION_DAYS } from '../../aws/log-retention.ts'
import type { CommandOptions, OneOffCommand } from '../command.ts'
import type { HttpExposure, HttpOptions, TargetHealthOptions } from '../http.ts'
import type {
  DeploymentOptions,
  LogOptions,
  PermissionStatement,
  ScaleOptions,
  ScheduleOptions,
  ServiceAlarms,
  ServiceOptions,
} from '../service.ts'
import {
  anything,
  byType,
  type Check,
  choice,
  flag,
  list,
  made,
  map,
  number,
  object,
  text,
  wholeNumber,
} from './checks.ts'
import { containerShape } from './container-shape.ts'
import { NAME } from './name-rules.ts'

const MAX_TASKS = 5000
const percent = number(1, 100, 'percent')
const awsName = text({
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  what: 'ECS takes up to 255 letters, digits, hyphens and underscores.',
})
const patterns = byType(
  { string: text(), array: list(text(), 1) },
  'a pattern or a list of patterns',
)

const targetHealth = object<TargetHealthOptions>({
  path: text({ pattern: /^\//, max: 1024, what: 'Give a path that begins with /.' }),
  intervalSeconds: wholeNumber(5, 300, 'seconds'),
  timeoutSeconds: wholeNumber(2, 120, 'seconds'),
  healthyThreshold: wholeNumber(2, 10),
  unhealthyThreshold: wholeNumber(2, 10),
  codes: text({
    pattern: /^[2-4]\d\d([,-][2-4]\d\d)*$/,
    what: 'Write codes as 200, 200,204 or 200-299.',
  }),
})

const httpOptions = object<HttpOptions>({
  to: text({ pattern: /^[^:\s]+:[^:\s]+$/, what: 'Write it as container:port, by their names.' }),
  listen: wholeNumber(1, 65_535),
  path: patterns,
  host: patterns,
  priority: wholeNumber(1, 50_000),
  certificate: made(['existing-certificate', 'existing.certificate(…)']),
  on: made(['load-balancer', 'loadBalancer(…)']),
  targetGroup: made(['existing-target-group', 'existing.targetGroup(…)']),
  health: byType(
    {
      string: text({ pattern: /^\//, what: 'Give a path that begins with /.' }),
      object: targetHealth,
    },
    'a path or an object',
  ),
  drainSeconds: wholeNumber(0, 3600, 'seconds'),
  slowStartSeconds: wholeNumber(30, 900, 'seconds'),
  stickySeconds: wholeNumber(1, 604_800, 'seconds'),
})

const exposure: Check = (value, place, problems) => {
  const before = problems.length
  made(['http', 'http(…)'])(value, place, problems)
  if (problems.length > before) return
  const { options } = value as HttpExposure
  httpOptions(options, place, problems)
}

const scale = object<ScaleOptions>(
  {
    min: wholeNumber(0, MAX_TASKS, 'tasks'),
    max: wholeNumber(0, MAX_TASKS, 'tasks'),
    cpu: percent,
    memory: percent,
    requestsPerTarget: number(1, Number.MAX_SAFE_INTEGER),
    scaleInCooldownSeconds: wholeNumber(0, 86_400, 'seconds'),
    scaleOutCooldownSeconds: wholeNumber(0, 86_400, 'seconds'),
    schedule: map(
      object<ScheduleOptions>(
        {
          cron: text(),
          min: wholeNumber(0, MAX_TASKS, 'tasks'),
          max: wholeNumber(0, MAX_TASKS, 'tasks'),
          timeZone: text(),
        },
        'cron',
        'min',
        'max',
      ),
      NAME,
    ),
  },
  'min',
  'max',
)

const oneOff: Check = (value, place, problems) => {
  const before = problems.length
  made(['command', "command(['…'])"])(value, place, problems)
  if (problems.length > before) return
  const { command, options } = value as OneOffCommand
  list(text(), 1)(command, place, problems)
  object<CommandOptions>({ container: text(), timeoutMinutes: wholeNumber(1, 720, 'minutes') })(
    options,
    place,
    problems,
  )
}

const alarms = object<ServiceAlarms>({
  cpuAbove: percent,
  memoryAbove: percent,
  runningBelow: wholeNumber(1, MAX_TASKS, 'tasks'),
  healthyBelow: wholeNumber(1, MAX_TASKS, 'targets'),
  errorsAbove: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  slowerThanSeconds: number(0.001, 3600, 'seconds'),
})

const permission = object<PermissionStatement>(
  {
    actions: list(
      text({ pattern: /^(\*|[a-z0-9-]+:[\w*?]+)$/, what: 'Write it as s3:GetObject.' }),
      1,
    ),
    resources: list(byType({ string: text(), object: anything }, 'an ARN'), 1),
    conditions: map(map(anything)),
  },
  'actions',
  'resources',
)

export const serviceShape: Check = object<ServiceOptions>(
  {
    cpu: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'CPU units'),
    memory: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'MiB'),
    containers: map(containerShape, NAME),
    expose: list(exposure),
    scale: byType(
      { number: wholeNumber(0, MAX_TASKS, 'tasks'), object: scale },
      'a number of tasks',
    ),
    before: map(oneOff, NAME),
    deployment: object<DeploymentOptions>({
      minimumPercent: wholeNumber(0, 100, 'percent'),
      maximumPercent: wholeNumber(100, 200, 'percent'),
      circuitBreaker: flag,
      graceSeconds: wholeNumber(0, 2_147_483_647, 'seconds'),
    }),
    logs: object<LogOptions>({
      group: text({
        pattern: /^[\w./#-]{1,512}$/,
        what: 'CloudWatch takes letters, digits and . _ / # -.',
      }),
      retentionDays: choice(...LOG_RETENTION_DAYS),
      kmsKey: text({ pattern: /^arn:/, what: "Give the key's ARN." }),
    }),
    alarms: byType({ boolean: flag, object: alarms }, 'true or an object'),
    exec: flag,
    permissions: list(permission),
    placement: choice('private', 'public'),
    securityGroups: list(made(['existing-security-group', 'existing.securityGroup(…)'])),
    executionRole: made(['existing-role', 'existing.role(…)']),
    taskRole: made(['existing-role', 'existing.role(…)']),
    architecture: choice('x86_64', 'arm64'),
    storageGiB: wholeNumber(21, 200, 'GiB'),
    serviceName: awsName,
    family: awsName,
  },
  'cpu',
  'memory',
  'containers',
)
