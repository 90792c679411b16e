import type { Call } from '../service.ts'
import { protectedRole } from './errors.ts'
import type { IamState } from './iam-state.ts'
import type { RoleRecord } from './records.ts'

/** Service principal → the role that AWS makes for it, and the policy that it carries. */
export const SERVICE_LINKED: Readonly<Record<string, { role: string; policy?: string }>> = {
  'ecs.amazonaws.com': { role: 'AWSServiceRoleForECS', policy: 'AmazonECSServiceRolePolicy' },
  'elasticloadbalancing.amazonaws.com': {
    role: 'AWSServiceRoleForElasticLoadBalancing',
    policy: 'AWSElasticLoadBalancingServiceRolePolicy',
  },
  'rds.amazonaws.com': { role: 'AWSServiceRoleForRDS', policy: 'AmazonRDSServiceRolePolicy' },
  'ecs.application-autoscaling.amazonaws.com': {
    role: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
    policy: 'AWSApplicationAutoscalingECSServicePolicy',
  },
  'elasticache.amazonaws.com': { role: 'AWSServiceRoleForElastiCache' },
}

/** A new service-linked role. */
export function serviceLinkedRole(
  state: IamState,
  service: string,
  { description, suffix }: { description?: string | undefined; suffix?: string | undefined } = {},
): RoleRecord {
  const { role = service, policy } = SERVICE_LINKED[service] ?? {}
  const path = `/aws-service-role/${service}/`
  const name = suffix === undefined ? role : `${role}_${suffix}`
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
  }
  return {
    name,
    path,
    id: state.newId('AROA'),
    arn: state.arn('role', path, name),
    createdAt: state.now(),
    tags: {},
    inlinePolicies: {},
    attachedPolicies:
      policy === undefined ? [] : [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
    permissionsBoundary: undefined,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    description,
    maxSessionSeconds: 3600,
  }
}

/** ECS's role is there from the first cluster on, which the engine takes for granted. */
export function ensureEcsRole(state: IamState): void {
  const role = serviceLinkedRole(state, 'ecs.amazonaws.com', {
    description: 'Role to enable Amazon ECS to manage your cluster.',
  })
  if (state.roles.find(role.name) === undefined) state.roles.put(role)
}

export function isServiceLinked({ path }: Pick<RoleRecord, 'path'>): boolean {
  return path.startsWith('/aws-service-role/')
}

/** The role, unless it belongs to a service and a user wants to change it. */
export function modifiable(role: RoleRecord, call: Call): RoleRecord {
  if (isServiceLinked(role) && !call.principalArn.startsWith('arn:aws:iam::aws:')) {
    throw protectedRole(role.name)
  }
  return role
}
