/** The ECS cluster of a system. Every system has one; leave it out to get the defaults below. */
export interface Cluster {
  readonly kind: 'cluster'
  readonly options: ClusterOptions
}

export interface ClusterOptions {
  /** Name in ECS. Default: `<system>-<environment>`. */
  readonly clusterName?: string
  /** Metrics for each task and container; CloudWatch bills them. Default: `enabled`. */
  readonly containerInsights?: 'enabled' | 'enhanced' | 'disabled'
}

export function cluster(options: ClusterOptions = {}): Cluster {
  return { kind: 'cluster', options }
}
