import type { HttpOptions, TargetHealthOptions } from '../http.ts'
import type { LoadBalancer } from '../load-balancer.ts'
import type { Service } from '../service.ts'
import type {
  ListenerModel,
  LoadBalancerModel,
  RuleModel,
  TargetGroupModel,
  TargetHealthModel,
} from '../system-model.ts'
import { pascal } from './names.ts'
import { portsOf } from './normalize-container.ts'

/** One `http(…)` of a service with everything that it leaves open decided. */
export interface ExposureModel {
  readonly service: string
  readonly targetGroup: TargetGroupModel
  /** Undefined when an existing target group is used: then its listener is not ours either. */
  readonly loadBalancer: string | undefined
  readonly listen: number
  readonly certificate: string | undefined
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
  readonly priority: number | undefined
}

export const DEFAULT_LOAD_BALANCER = 'public'
const RULE_STEP = 10

export function exposuresOf(service: Service, defaultBalancer: string): ExposureModel[] {
  const groups: TargetGroupModel[] = []
  return (service.options.expose ?? []).map(({ options }) => {
    const balancer =
      options.targetGroup === undefined ? (options.on?.name ?? defaultBalancer) : undefined
    const wanted = targetGroupModel(service, options, balancer)
    const targetGroup = groups.find((each) => isSame(each, wanted)) ?? {
      ...wanted,
      name: freshName(groups, wanted),
    }
    if (!groups.includes(targetGroup)) groups.push(targetGroup)
    return {
      service: service.name,
      targetGroup,
      loadBalancer: balancer,
      listen: listenPort(options),
      certificate: options.certificate?.arn,
      paths: listOf(options.path),
      hosts: listOf(options.host),
      priority: options.priority,
    }
  })
}

export function listenPort({ listen, certificate }: HttpOptions): number {
  return listen ?? (certificate === undefined ? 80 : 443)
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** The container and port that an exposure leads to; `to` may be left out when there is one port. */
export function destination(
  service: Service,
  to: string | undefined,
): { container: string; port: number } | undefined {
  const all = Object.entries(service.options.containers).flatMap(([container, { ports }]) =>
    portsOf(ports).map(({ name, port }) => ({ container, port, to: `${container}:${name}` })),
  )
  return to === undefined
    ? all.length === 1
      ? all[0]
      : undefined
    : all.find((each) => each.to === to)
}

export function loadBalancerModel(
  name: string,
  balancer: LoadBalancer | undefined,
  exposures: readonly ExposureModel[],
): LoadBalancerModel {
  const options = balancer?.options ?? {}
  return {
    name,
    awsName: options.loadBalancerName,
    internal: options.internal ?? false,
    allow: options.allow ?? ['0.0.0.0/0'],
    idleTimeoutSeconds: options.idleTimeoutSeconds ?? 60,
    deletionProtection: options.deletionProtection ?? false,
    listeners: listenersOf(exposures.filter(({ loadBalancer }) => loadBalancer === name)),
  }
}

function listenersOf(exposures: readonly ExposureModel[]): ListenerModel[] {
  const ports = [...new Set(exposures.map(({ listen }) => listen))].toSorted((a, b) => a - b)
  const listeners = ports.map((port) =>
    listenerModel(
      port,
      exposures.filter(({ listen }) => listen === port),
    ),
  )
  const secure = listeners.find(({ protocol }) => protocol === 'HTTPS')
  if (secure === undefined || ports.includes(80)) return listeners
  const redirect: ListenerModel = {
    port: 80,
    protocol: 'HTTP',
    certificates: [],
    redirectToPort: secure.port,
    rules: [],
  }
  return [redirect, ...listeners]
}

function listenerModel(port: number, exposures: readonly ExposureModel[]): ListenerModel {
  const certificates = exposures.flatMap(({ certificate }) => certificate ?? [])
  const taken = new Set(exposures.flatMap(({ priority }) => priority ?? []))
  let next = 0
  const rules = exposures.map((exposure): RuleModel => {
    const { paths, hosts, service, targetGroup } = exposure
    const isDefault = paths.length === 0 && hosts.length === 0
    const free = (): number => {
      do next += RULE_STEP
      while (taken.has(next))
      return next
    }
    const priority = isDefault ? undefined : (exposure.priority ?? free())
    return { priority, paths, hosts, service, targetGroup: targetGroup.name }
  })
  return {
    port,
    protocol: certificates.length === 0 ? 'HTTP' : 'HTTPS',
    certificates: [...new Set(certificates)],
    redirectToPort: undefined,
    rules,
  }
}

function targetGroupModel(
  service: Service,
  options: HttpOptions,
  loadBalancer: string | undefined,
): TargetGroupModel {
  const { container = '', port = 0 } = destination(service, options.to) ?? {}
  return {
    name: '',
    container,
    port,
    loadBalancer,
    existing: options.targetGroup && {
      arn: options.targetGroup.options.arn,
      securityGroup: options.targetGroup.options.securityGroup,
    },
    health: targetHealth(options.health),
    drainSeconds: options.drainSeconds ?? 30,
    slowStartSeconds: options.slowStartSeconds,
    stickySeconds: options.stickySeconds,
  }
}

function targetHealth(health: string | TargetHealthOptions | undefined): TargetHealthModel {
  const given = typeof health === 'string' ? { path: health } : (health ?? {})
  return {
    path: '/',
    intervalSeconds: 15,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
    codes: '200',
    ...given,
  }
}

function isSame(a: TargetGroupModel, b: TargetGroupModel): boolean {
  return JSON.stringify({ ...a, name: '' }) === JSON.stringify({ ...b, name: '' })
}

/** The first target group of a service needs no name of its own. */
function freshName(groups: readonly TargetGroupModel[], { container, port }: TargetGroupModel) {
  if (groups.length === 0) return ''
  const base = `${pascal(container)}${port}`
  const taken = groups.filter(({ name }) => name.startsWith(base)).length
  return taken === 0 ? base : `${base}Way${taken + 1}`
}
