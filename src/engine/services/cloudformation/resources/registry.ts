import type { Template } from '../template/template.ts'
import type { TypeCatalogue } from '../template/check-template.ts'
import { cloudwatchAlarm } from './cloudwatch.ts'
import { routingHandlers } from './ec2-routing.ts'
import { securityGroupHandlers } from './ec2-security-group.ts'
import { vpcHandlers } from './ec2-vpc.ts'
import { ecrRepository } from './ecr.ts'
import { ecsService } from './ecs-service.ts'
import { ecsHandlers } from './ecs.ts'
import { elbHandlers } from './elbv2.ts'
import type { ResourceHandler } from './handler.ts'
import { iamHandlers } from './iam.ts'
import { logsHandlers } from './logs.ts'
import { rdsHandlers } from './rds.ts'
import { scalingHandlers } from './scaling.ts'
import { schemaOf } from './schema.ts'
import { secretsManagerHandlers } from './secrets-manager.ts'
import { snsHandlers } from './sns.ts'
import { ssmParameter } from './ssm.ts'
import { waitHandlers } from './wait-condition.ts'

const HANDLERS: readonly ResourceHandler[] = [
  ...vpcHandlers,
  ...routingHandlers,
  ...securityGroupHandlers,
  ...iamHandlers,
  ...ecsHandlers,
  ecsService,
  ...elbHandlers,
  ...logsHandlers,
  ecrRepository,
  ...rdsHandlers,
  ...secretsManagerHandlers,
  ...scalingHandlers,
  cloudwatchAlarm,
  ...snsHandlers,
  ssmParameter,
  ...waitHandlers,
]

/** Resource type → how it is made. */
export type ResourceHandlers = ReadonlyMap<string, ResourceHandler>

export const resourceHandlers: ResourceHandlers = new Map(
  HANDLERS.map((handler) => [handler.type, handler]),
)

export const typeCatalogue: TypeCatalogue = {
  has: (type) => resourceHandlers.has(type),
  hasAttribute: (type, attribute) => schemaOf(type)?.attributes.includes(attribute) ?? false,
}

/** Resource types of a template in the order of their first use. */
export function typesOf(template: Template): string[] {
  return [...new Set(Object.values(template.resources).map(({ type }) => type))]
}
