import type { Service, ServiceAlarms, ServiceOptions } from '../service.ts'
import type {
  ContainerModel,
  LogGroupModel,
  OneOffModel,
  ScaleModel,
  ServiceModel,
} from '../system-model.ts'
import { normalizeContainer } from './normalize-container.ts'
import type { ExposureModel } from './normalize-exposure.ts'

/** `exposures` are this service's own. */
export function normalizeService(
  { name, options }: Service,
  exposures: readonly ExposureModel[],
  { prefix, hasInsights }: { prefix: string; hasInsights: boolean },
): ServiceModel {
  const group = options.logs?.group ?? `/ecs/${prefix}-${name}`
  const architecture = options.architecture ?? 'x86_64'
  const containers = Object.entries(options.containers).map(([container, each], i) =>
    normalizeContainer(container, each, {
      prefix,
      service: name,
      isMain: i === 0,
      platform: architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
      logGroup: group,
    }),
  )
  const scale = scaleModel(options.scale)
  return {
    name,
    awsName: options.serviceName ?? name,
    family: options.family ?? `${prefix}-${name}`,
    cpu: options.cpu,
    memory: options.memory,
    architecture,
    storageGiB: options.storageGiB,
    containers,
    targetGroups: [...new Set(exposures.map(({ targetGroup }) => targetGroup))],
    routes: exposures.flatMap(({ loadBalancer, listen, certificate, paths, hosts }) =>
      loadBalancer === undefined
        ? []
        : [
            {
              loadBalancer,
              port: listen,
              protocol: certificate === undefined ? 'HTTP' : 'HTTPS',
              paths,
              hosts,
            },
          ],
    ),
    scale,
    oneOffs: oneOffsOf(options, containers[0]?.name ?? ''),
    deployment: {
      minimumPercent: 100,
      maximumPercent: 200,
      circuitBreaker: true,
      graceSeconds: 60,
      ...options.deployment,
    },
    logGroups: logGroupsOf(group, containers, options),
    alarms: alarmsOf(options.alarms, {
      scale,
      hasInsights,
      isBalanced: exposures.some(({ loadBalancer }) => loadBalancer !== undefined),
    }),
    exec: options.exec ?? true,
    permissions: options.permissions ?? [],
    placement: options.placement ?? 'private',
    securityGroups: (options.securityGroups ?? []).map(({ id }) => id),
    executionRole: options.executionRole?.arn,
    taskRole: options.taskRole?.arn,
    databases: databasesOf(containers),
  }
}

function scaleModel(scale: ServiceOptions['scale']): number | ScaleModel {
  if (scale === undefined || typeof scale === 'number') return scale ?? 1
  return {
    min: scale.min,
    max: scale.max,
    cpu: scale.cpu,
    memory: scale.memory,
    requestsPerTarget: scale.requestsPerTarget,
    scaleInCooldownSeconds: scale.scaleInCooldownSeconds ?? 300,
    scaleOutCooldownSeconds: scale.scaleOutCooldownSeconds ?? 60,
    schedule: Object.entries(scale.schedule ?? {}).map(([name, each]) => ({
      name,
      cron: each.cron,
      min: each.min,
      max: each.max,
      timeZone: each.timeZone ?? 'UTC',
    })),
  }
}

function oneOffsOf({ before }: ServiceOptions, main: string): OneOffModel[] {
  return Object.entries(before ?? {}).map(([name, { command, options }]) => ({
    name,
    container: options.container ?? main,
    command,
    timeoutMinutes: options.timeoutMinutes ?? 15,
  }))
}

function logGroupsOf(
  group: string,
  containers: readonly ContainerModel[],
  { logs }: ServiceOptions,
): LogGroupModel[] {
  const retention = { retentionDays: logs?.retentionDays ?? 30, kmsKey: logs?.kmsKey }
  const isShared = containers.some(({ logGroup }) => logGroup === group)
  const own = containers.filter(({ logGroup }) => logGroup !== group)
  return [
    ...(isShared ? [{ name: group, container: undefined, ...retention }] : []),
    ...own.map(({ name, logGroup }) => ({ name: logGroup, container: name, ...retention })),
  ]
}

function alarmsOf(
  alarms: ServiceOptions['alarms'],
  {
    scale,
    hasInsights,
    isBalanced,
  }: { scale: number | ScaleModel; hasInsights: boolean; isBalanced: boolean },
): ServiceAlarms {
  if (alarms === undefined || alarms === false) return {}
  if (alarms !== true) return alarms
  const least = typeof scale === 'number' ? scale : scale.min
  return {
    cpuAbove: 85,
    memoryAbove: 90,
    ...(least === 0 || !hasInsights ? {} : { runningBelow: least }),
    ...(isBalanced && least > 0 ? { healthyBelow: 1 } : {}),
    ...(isBalanced ? { errorsAbove: 10 } : {}),
  }
}

function databasesOf(containers: readonly ContainerModel[]): string[] {
  const uses = containers.flatMap(({ environment, secrets }) => [
    ...Object.values(environment).flatMap((value) =>
      typeof value === 'object' && 'database' in value ? [value.database] : [],
    ),
    ...Object.values(secrets).flatMap((use) => (use.kind === 'database' ? [use.database] : [])),
  ])
  return [...new Set(uses)]
}
