import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling'
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { ECSClient } from '@aws-sdk/client-ecs'
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/**
 * The AWS that an operation talks to. Everything in `ops` works through one of these and cannot
 * tell whose endpoint it is.
 */
export interface Connection {
  readonly region: string
  /** Undefined: AWS's own endpoints. */
  readonly endpoint: string | undefined
  cloudformation(): Promise<CloudFormationClient>
  ecs(): Promise<ECSClient>
  ecr(): Promise<ECRClient>
  elbv2(): Promise<ElasticLoadBalancingV2Client>
  logs(): Promise<CloudWatchLogsClient>
  secretsmanager(): Promise<SecretsManagerClient>
  autoscaling(): Promise<ApplicationAutoScalingClient>
}

export interface ConnectionOptions {
  region: string
  endpoint?: string | undefined
  /** Undefined: the SDK's default chain (environment, profiles, SSO, container, instance). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined
}

/** Opens a connection. Each client is loaded and made at its first use. */
export function connect({ region, endpoint, credentials }: ConnectionOptions): Connection {
  const config = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  }
  return {
    region,
    endpoint,
    cloudformation: once(async () => {
      const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation')
      return new CloudFormationClient(config)
    }),
    ecs: once(async () => new (await import('@aws-sdk/client-ecs')).ECSClient(config)),
    ecr: once(async () => new (await import('@aws-sdk/client-ecr')).ECRClient(config)),
    elbv2: once(async () => {
      const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
      return new sdk.ElasticLoadBalancingV2Client(config)
    }),
    logs: once(async () => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs')
      return new CloudWatchLogsClient(config)
    }),
    secretsmanager: once(async () => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
      return new SecretsManagerClient(config)
    }),
    autoscaling: once(async () => {
      const sdk = await import('@aws-sdk/client-application-auto-scaling')
      return new sdk.ApplicationAutoScalingClient(config)
    }),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
