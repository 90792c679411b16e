import type { PermissionStatement } from '../../system/service.ts'
import type {
  ContainerModel,
  SecretUse,
  ServiceModel,
  SystemModel,
} from '../../system/system-model.ts'
import {
  getAtt,
  given,
  ref,
  type Resource,
  type Resources,
  sub,
  type Value,
} from '../cloudformation.ts'
import { databaseIds, secretId, serviceIds } from '../logical-ids.ts'

interface Statement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

const ECR_REFERENCE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/

/** The execution role: what ECS may do to start a task. The task role: what the task may do. */
export function roleResources(service: ServiceModel, model: SystemModel): Resources {
  const ids = serviceIds(service.name)
  return {
    ...(service.executionRole === undefined
      ? { [ids.executionRole]: role('start-tasks', executionStatements(service, model)) }
      : {}),
    ...(service.taskRole === undefined
      ? { [ids.taskRole]: role('application', taskStatements(service)) }
      : {}),
  }
}

export function executionRoleArn({ name, executionRole }: ServiceModel): Value {
  return executionRole ?? getAtt(serviceIds(name).executionRole, 'Arn')
}

export function taskRoleArn({ name, taskRole }: ServiceModel): Value {
  return taskRole ?? getAtt(serviceIds(name).taskRole, 'Arn')
}

function role(policyName: string, statements: readonly Statement[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: given({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
          },
        ],
      },
      Policies:
        statements.length === 0
          ? undefined
          : [
              {
                PolicyName: policyName,
                PolicyDocument: { Version: '2012-10-17', Statement: statements },
              },
            ],
    }),
  }
}

function executionStatements(service: ServiceModel, model: SystemModel): Statement[] {
  const repositories = distinct(service.containers.flatMap(repositoryArn))
  const uses = service.containers.flatMap(({ secrets }) => Object.values(secrets))
  const secrets = distinct(uses.map(secretArn))
  const ids = serviceIds(service.name)
  return [
    ...(repositories.length === 0 ? [] : pullStatements(repositories)),
    allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      service.logGroups.map((group) => getAtt(ids.logGroup(group), 'Arn')),
    ),
    ...(secrets.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], secrets)]),
    ...keysOf(uses, model).map((key) => ({
      ...allow(['kms:Decrypt'], [key.startsWith('arn:') ? key : '*']),
      Condition: {
        StringEquals: { 'kms:ViaService': sub('secretsmanager.${AWS::Region}.amazonaws.com') },
      },
    })),
  ]
}

function pullStatements(repositories: readonly Value[]): Statement[] {
  return [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      repositories,
    ),
  ]
}

function taskStatements({ exec, permissions }: ServiceModel): Statement[] {
  const session = allow(
    [
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    ['*'],
  )
  return [...(exec ? [session] : []), ...permissions.map(permission)]
}

function permission({ actions, resources, conditions }: PermissionStatement): Statement {
  const statement = allow(actions, resources)
  return conditions === undefined ? statement : { ...statement, Condition: conditions }
}

function allow(actions: readonly string[], resources: readonly unknown[]): Statement {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: resources.length === 1 ? resources[0] : resources,
  }
}

function repositoryArn({ image }: ContainerModel): Value[] {
  if (image.kind === 'build') {
    const here = '${AWS::Region}:${AWS::AccountId}'
    return [sub(`arn:\${AWS::Partition}:ecr:${here}:repository/${image.repository}`)]
  }
  const [, account, region, name] = ECR_REFERENCE.exec(image.reference) ?? []
  if (account === undefined) return []
  return [sub(`arn:\${AWS::Partition}:ecr:${region}:${account}:repository/${name}`)]
}

function secretArn(use: SecretUse): Value {
  if (use.kind === 'existing') return use.arn
  return ref(use.kind === 'database' ? databaseIds(use.database).secret : secretId(use.secret))
}

/** Keys of the customer's own with which the secrets in use are encrypted. */
function keysOf(uses: readonly SecretUse[], { secrets }: SystemModel): string[] {
  const used = new Set(uses.flatMap((use) => (use.kind === 'secret' ? [use.secret] : [])))
  return distinct(
    secrets.flatMap(({ name, kmsKey }) => (used.has(name) && kmsKey !== undefined ? [kmsKey] : [])),
  )
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
