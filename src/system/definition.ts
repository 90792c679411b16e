import type { AlarmTopic } from './alarm-topic.ts'
import type { Cluster } from './cluster.ts'
import type { ExistingCluster, ExistingTopic, ExistingVpc } from './existing.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { Network } from './network.ts'
import type { Postgres } from './postgres.ts'
import type { RawResource } from './raw.ts'
import type { Secret } from './secret.ts'
import type { Service } from './service.ts'

/** A system: a name, its environments, and a function that says what an environment holds. */
export interface SystemDefinition {
  readonly kind: 'system'
  readonly name: string
  readonly options: SystemOptions<object>
  readonly build: (env: Environment<never>) => Content
}

export interface SystemOptions<Values extends object> {
  /** The environments that there are. Default: whichever name is asked for. */
  readonly environments?: Readonly<Record<string, EnvironmentOptions<Values>>>
  /** A last change to the finished template, for what nothing else can say. */
  readonly transform?: (template: TransformableTemplate, env: { name: string }) => unknown
}

export interface EnvironmentOptions<Values extends object> {
  /** AWS region, such as `us-east-2`. Default: that of the caller's AWS configuration. */
  readonly region?: string
  /** The 12 digits of the only account it may be deployed to. Default: the caller's. */
  readonly account?: string
  /**
   * Keeps data when something is removed: databases leave a snapshot and are backed up. Default:
   * false for `local`, else true.
   */
  readonly protect?: boolean
  /** What differs between environments, for the build function to read as `env.values`. */
  readonly values?: Values
}

/** What the build function is told. */
export interface Environment<Values extends object = object> {
  readonly name: string
  readonly region: string | undefined
  readonly account: string | undefined
  readonly protect: boolean
  /** The `values` of this environment. */
  readonly values: Values
}

/** Resources that belong to the system. What they refer to belongs to it too. */
export type Content = Resource | readonly Content[] | Readonly<Record<string, Resource>>

export type Resource =
  | AlarmTopic
  | Cluster
  | ExistingCluster
  | ExistingTopic
  | ExistingVpc
  | LoadBalancer
  | Network
  | Postgres
  | RawResource
  | Secret
  | Service

/** The template as plain JSON. */
export interface TransformableTemplate {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>
  [section: string]: unknown
}

type Build<Values extends object> = (env: Environment<Values>) => Content

/**
 * The default export of a `longshore.config.ts`. The build function is pure: the same environment
 * gives the same resources.
 */
export function system(name: string, build: Build<object>): SystemDefinition
export function system<Values extends object>(
  name: string,
  options: SystemOptions<Values>,
  build: Build<Values>,
): SystemDefinition
export function system<Values extends object>(
  name: string,
  optionsOrBuild: SystemOptions<Values> | Build<object>,
  build?: Build<Values>,
): SystemDefinition {
  const short = typeof optionsOrBuild === 'function'
  return {
    kind: 'system',
    name,
    options: short ? {} : optionsOrBuild,
    build: short ? optionsOrBuild : (build ?? missingBuild),
  }
}

function missingBuild(): Content {
  throw new Error('system(name, options, build) needs its build function')
}
