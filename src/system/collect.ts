import type { AlarmTopic } from './alarm-topic.ts'
import type { Cluster } from './cluster.ts'
import type { Content, Resource } from './definition.ts'
import type { ExistingCluster, ExistingSecret, ExistingTopic, ExistingVpc } from './existing.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { Network } from './network.ts'
import type { Postgres } from './postgres.ts'
import type { Problem } from './problem.ts'
import type { RawResource } from './raw.ts'
import type { Secret } from './secret.ts'
import type { Service } from './service.ts'

/** The resources of a system by kind, each once, in the order in which they were met. */
export interface Inventory {
  readonly services: readonly Service[]
  readonly databases: readonly Postgres[]
  readonly secrets: readonly Secret[]
  readonly existingSecrets: readonly ExistingSecret[]
  readonly loadBalancers: readonly LoadBalancer[]
  readonly networks: readonly (Network | ExistingVpc)[]
  readonly clusters: readonly (Cluster | ExistingCluster)[]
  readonly topics: readonly (AlarmTopic | ExistingTopic)[]
  readonly raw: readonly RawResource[]
}

const KINDS: ReadonlySet<string> = new Set<Resource['kind']>([
  'alarm-topic',
  'cluster',
  'existing-cluster',
  'existing-topic',
  'existing-vpc',
  'load-balancer',
  'network',
  'postgres',
  'raw',
  'secret',
  'service',
])

/**
 * Every resource that the content holds or refers to, however deep: a database that a service uses
 * belongs to the system without being listed.
 */
export function collect(content: Content, problems: Problem[]): Inventory {
  const found = new Set<Resource>()
  const existingSecrets = new Set<ExistingSecret>()
  const seen = new Set<unknown>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (isResource(value)) found.add(value)
    if (kindOf(value) === 'existing-secret') existingSecrets.add(value as ExistingSecret)
    for (const part of Array.isArray(value) ? value : Object.values(value)) visit(part)
  }
  for (const [place, item] of topLevel(content, 'the build function')) {
    if (isResource(item)) visit(item)
    else problems.push(noResource(place, item))
  }
  const all = [...found]
  const of = <K extends Resource['kind']>(...kinds: K[]): Extract<Resource, { kind: K }>[] =>
    all.filter((each): each is Extract<Resource, { kind: K }> =>
      (kinds as string[]).includes(each.kind),
    )
  return {
    services: of('service'),
    databases: of('postgres'),
    secrets: of('secret'),
    existingSecrets: [...existingSecrets],
    loadBalancers: of('load-balancer'),
    networks: of('network', 'existing-vpc'),
    clusters: of('cluster', 'existing-cluster'),
    topics: of('alarm-topic', 'existing-topic'),
    raw: of('raw'),
  }
}

function isResource(value: unknown): value is Resource {
  return kindOf(value) !== undefined && KINDS.has(kindOf(value) ?? '')
}

function kindOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  return typeof value.kind === 'string' ? value.kind : undefined
}

function topLevel(content: unknown, place: string): [string, unknown][] {
  if (Array.isArray(content)) return content.flatMap((item, i) => topLevel(item, `result[${i}]`))
  const isPlain = typeof content === 'object' && content !== null && kindOf(content) === undefined
  if (isPlain) return Object.entries(content).map(([key, item]) => [`result.${key}`, item])
  return [[place, content]]
}

function noResource(place: string, value: unknown): Problem {
  const what = kindOf(value) ?? (value === undefined ? 'nothing' : typeof value)
  return {
    code: 'not-a-resource',
    place,
    message: `${what} is no resource of a system.`,
    next: 'Return what service(…), postgres(…), secret(…), network(…), raw(…) and so on give.',
  }
}
