import type { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling'
import type { CloudFormation } from '@aws-sdk/client-cloudformation'
import type { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { EC2 } from '@aws-sdk/client-ec2'
import type { ECR } from '@aws-sdk/client-ecr'
import type { ECS } from '@aws-sdk/client-ecs'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { IAM } from '@aws-sdk/client-iam'
import type { RDS } from '@aws-sdk/client-rds'
import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { SNS } from '@aws-sdk/client-sns'
import type { SSM } from '@aws-sdk/client-ssm'
import type { STS } from '@aws-sdk/client-sts'

/** Input and output of a method of an SDK's aggregated client. */
type Method<F> = F extends {
  (args: infer I, options?: never): Promise<infer O>
  (args: never, callback: never): void
  (args: never, options: never, callback: never): void
}
  ? { input: I; output: Omit<O, '$metadata'> }
  : never

/** A service's operations as in-process calls: `calls.ecs.describeServices({ … })`. */
export type Calls<Client> = {
  readonly [K in keyof Client as Method<Client[K]> extends never ? never : K]: (
    input: Method<Client[K]>['input'],
  ) => Promise<Method<Client[K]>['output']>
}

export interface AwsCalls {
  readonly 'application-autoscaling': Calls<ApplicationAutoScaling>
  readonly cloudformation: Calls<CloudFormation>
  readonly cloudwatch: Calls<CloudWatch>
  readonly ec2: Calls<EC2>
  readonly ecr: Calls<ECR>
  readonly ecs: Calls<ECS>
  readonly elbv2: Calls<ElasticLoadBalancingV2>
  readonly iam: Calls<IAM>
  readonly logs: Calls<CloudWatchLogs>
  readonly rds: Calls<RDS>
  readonly secretsmanager: Calls<SecretsManager>
  readonly sns: Calls<SNS>
  readonly ssm: Calls<SSM>
  readonly sts: Calls<STS>
}
