import { createApplicationAutoscaling } from './application-autoscaling/service.ts'
import { createCloudformation } from './cloudformation/service.ts'
import { createCloudwatch } from './cloudwatch/service.ts'
import { createEc2 } from './ec2/service.ts'
import { createEcr } from './ecr/service.ts'
import { createEcs } from './ecs/service.ts'
import { createElbv2 } from './elbv2/service.ts'
import { createIam } from './iam/service.ts'
import { createLogs } from './logs/service.ts'
import { createRds } from './rds/service.ts'
import { createSecretsmanager } from './secretsmanager/service.ts'
import type { EngineContext, Service } from './service.ts'
import { createSns } from './sns/service.ts'
import { createSsm } from './ssm/service.ts'
import { createSts } from './sts/service.ts'

/**
 * Every service of the engine, in the order in which they start: what others call comes first.
 * They stop in the opposite order.
 */
export const SERVICES: readonly ((context: EngineContext) => Service)[] = [
  createSts,
  createIam,
  createEc2,
  createLogs,
  createCloudwatch,
  createSns,
  createSecretsmanager,
  createSsm,
  createRds,
  createElbv2,
  createEcr,
  createEcs,
  createApplicationAutoscaling,
  createCloudformation,
]
