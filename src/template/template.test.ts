import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { alarmTopic } from '../system/alarm-topic.ts'
import { command } from '../system/command.ts'
import { type Content, system, type SystemOptions } from '../system/definition.ts'
import { existing } from '../system/existing.ts'
import { http } from '../system/http.ts'
import { build } from '../system/image.ts'
import { loadSystem } from '../system/load.ts'
import { toModel } from '../system/model.ts'
import { postgres } from '../system/postgres.ts'
import { raw } from '../system/raw.ts'
import { secret } from '../system/secret.ts'
import { service, type ServiceOptions } from '../system/service.ts'
import type { Resource, Template } from './cloudformation.ts'
import { toRegistryTemplate } from './registry-template.ts'
import { toTemplate } from './template.ts'

const app = { image: build('./app'), ports: { http: 3000 } }
const plain: ServiceOptions = { cpu: 256, memory: 512, containers: { app } }
const IMAGES = { ApiImage: 'repository@sha256:aa' }

function template(content: Content, options: SystemOptions<object> = {}): Template {
  return toTemplate(
    toModel(
      system('shop', options, () => content),
      'dev',
    ),
    IMAGES,
  )
}

function api(options: Partial<ServiceOptions>): Template {
  return template(service('api', { ...plain, ...options }))
}

function the({ Resources }: Template, id: string): Resource {
  const resource = Resources[id]
  if (resource === undefined)
    throw new Error(`there is no ${id} in ${Object.keys(Resources).join()}`)
  return resource
}

function ofType({ Resources }: Template, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type)
}

function statements(role: Resource): { Action: string[]; Resource: unknown }[] {
  const [policy] = (role.Properties?.['Policies'] ?? []) as [
    { PolicyDocument: { Statement: { Action: string[]; Resource: unknown }[] } }?,
  ]
  return policy?.PolicyDocument.Statement ?? []
}

describe('FrameRatr', async () => {
  const { definition } = await loadSystem(
    join(import.meta.dirname, '..', '..', 'examples', 'frameratr'),
  )
  const dev = toTemplate(toModel(definition, 'dev'), {})

  test.each(['local', 'dev'])('has the template that was reviewed, in %s', async (environment) => {
    const model = toModel(definition, environment)
    const pretty = `${JSON.stringify(toTemplate(model, {}), null, 2)}\n`
    await expect(pretty).toMatchFileSnapshot(`fixtures/frameratr-${environment}.json`)
  })

  test('has the names and figures of its document', () => {
    const says = (id: string, properties: object): void =>
      expect(the(dev, id).Properties).toMatchObject(properties)
    says('Cluster', { ClusterName: 'frameratr-dev-cluster' })
    says('BackendService', { ServiceName: 'frameratr-dev-backend-service' })
    says('BackendLogGroup', { LogGroupName: '/ecs/frameratr-dev-backend' })
    says('BackendTaskDefinition', { Cpu: '256', Memory: '512' })
    says('BackendScalableTarget', { MinCapacity: 1, MaxCapacity: 4 })
    says('PublicLoadBalancer', { Name: 'frameratr-dev-alb' })
    says('DbInstance', {
      DBInstanceIdentifier: 'frameratr-dev-db',
      DBInstanceClass: 'db.t3.micro',
      EngineVersion: '16.10',
      AllocatedStorage: '20',
      DBName: 'frameratr',
      MasterUsername: 'fr_user',
    })
    says('PublicSubnet1', { CidrBlock: '10.0.1.0/24' })
    says('PrivateSubnet2', { CidrBlock: '10.0.11.0/24' })
    expect(Object.keys(toRegistryTemplate(toModel(definition, 'dev')).Resources)).toEqual([
      'BackendRepository',
    ])
  })

  test('has its stand-in in the local environment alone', () => {
    const local = toTemplate(toModel(definition, 'local'), {})
    expect(Object.keys(local.Parameters ?? {})).toEqual(['BackendImage', 'BackendTmdbStubImage'])
    expect(JSON.stringify(dev)).not.toContain('tmdb-stub')
  })
})

describe('the number of tasks', () => {
  test('is said when the definition fixes it', () => {
    expect(the(api({ scale: 3 }), 'ApiService').Properties?.['DesiredCount']).toBe(3)
  })

  test('is left alone when autoscaling owns it', () => {
    const scaled = the(api({ scale: { min: 1, max: 4, cpu: 70 } }), 'ApiService')
    expect(scaled.Properties).not.toHaveProperty('DesiredCount')
  })
})

describe('a one-off command', () => {
  const before = { migrate: command(['migrate']), seed: command(['seed'], { timeoutMinutes: 60 }) }
  const conditions = (made: Template): string[] =>
    ofType(made, 'AWS::CloudFormation::WaitCondition').map(([id]) => id)

  test('runs in a task of its own: no port, no health check, its own command', () => {
    const { Properties } = the(api({ before }), 'ApiMigrateTaskDefinition')
    const [container] = (Properties?.['ContainerDefinitions'] ?? []) as [object]
    expect(container).toMatchObject({ Name: 'app', Command: ['migrate'], Essential: true })
    expect(container).not.toHaveProperty('PortMappings')
  })

  test('waits for a signal, the commands before it, and what it needs to run', () => {
    const made = api({ before })
    const [migrate = '', seed = ''] = conditions(made)
    expect(the(made, seed).CreationPolicy).toEqual({
      ResourceSignal: { Count: 1, Timeout: 'PT60M' },
    })
    expect(the(made, seed).DependsOn).toEqual([
      'ApiSeedTaskDefinition',
      'PrivateRoute1',
      'PrivateRoute2',
      migrate,
    ])
    expect(the(made, 'ApiService').DependsOn).toEqual(expect.arrayContaining([migrate, seed]))
  })

  test('runs again when its image or its command changes, and only then', () => {
    const definition = system('shop', () => service('api', { ...plain, before }))
    const ids = (images: Record<string, string>): string[] =>
      conditions(toTemplate(toModel(definition, 'dev'), images))
    const other = api({ before: { ...before, seed: command(['seed', '--all']) } })
    expect(conditions(api({ before, cpu: 512, memory: 1024 }))).toEqual(ids(IMAGES))
    expect(ids({ ApiImage: 'repository@sha256:bb' })).not.toEqual(ids(IMAGES))
    expect(conditions(other)[0]).toBe(ids(IMAGES)[0])
    expect(conditions(other)[1]).not.toBe(ids(IMAGES)[1])
  })
})

describe('security groups', () => {
  const db = postgres('db', { version: '16' })
  const made = template([
    service('api', { ...plain, containers: { app: { ...app, uses: [db] } }, expose: [http()] }),
    service('worker', plain),
  ])
  const rules = ofType(made, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => [
    Properties?.['GroupId'],
    Properties?.['FromPort'],
    Properties?.['SourceSecurityGroupId'],
  ])
  const groupOf = (id: string) => ({ 'Fn::GetAtt': [id, 'GroupId'] })

  test('let the load balancer in to the service, and the service in to its database', () => {
    expect(rules).toEqual([
      [groupOf('ApiSecurityGroup'), 3000, groupOf('PublicLoadBalancerSecurityGroup')],
      [groupOf('DbSecurityGroup'), 5432, groupOf('ApiSecurityGroup')],
    ])
  })

  test('let nobody in by address but clients of the load balancer', () => {
    const open = ofType(made, 'AWS::EC2::SecurityGroup').filter(
      ([, { Properties }]) => Properties?.['SecurityGroupIngress'] !== undefined,
    )
    expect(open.map(([id]) => id)).toEqual(['PublicLoadBalancerSecurityGroup'])
  })
})

describe('roles', () => {
  test('may read the secrets in use and pull the own image, and no more', () => {
    const used = secret('used', { generate: {} })
    const made = template([
      secret('other', { generate: {} }),
      service('api', { ...plain, containers: { app: { ...app, secrets: { A: used } } } }),
    ])
    const allowed = statements(the(made, 'ApiExecutionRole'))
    expect(allowed.map(({ Action }) => Action.join(' '))).toEqual([
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage',
      'logs:CreateLogStream logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ])
    expect(allowed.at(-1)?.Resource).toEqual({ Ref: 'UsedSecret' })
    expect(allowed[1]?.Resource).toEqual({
      'Fn::Sub':
        'arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/shop-dev-api',
    })
  })

  test('may open sessions only with exec', () => {
    const actions = (exec: boolean): string[] =>
      statements(the(api({ exec }), 'ApiTaskRole')).flatMap(({ Action }) => Action)
    expect(actions(true)).toContain('ssmmessages:OpenDataChannel')
    expect(actions(false)).toEqual([])
  })

  test('that were brought are used as they are', () => {
    const arn = 'arn:aws:iam::111122223333:role/app'
    const made = api({ taskRole: existing.role({ arn }), executionRole: existing.role({ arn }) })
    expect(ofType(made, 'AWS::IAM::Role')).toEqual([])
    expect(the(made, 'ApiTaskDefinition').Properties).toMatchObject({ TaskRoleArn: arn })
  })
})

describe('the load balancer', () => {
  const certificate = existing.certificate({ arn: 'arn:aws:acm:cert' })
  const actions = (made: Template, id: string): unknown =>
    the(made, id).Properties?.['DefaultActions']

  test('answers 404 to what no rule takes', () => {
    const made = api({ expose: [http({ path: '/api/*' })] })
    expect(actions(made, 'PublicListener80')).toMatchObject([
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } },
    ])
  })

  test('sends clients of plain HTTP to HTTPS when there is a certificate', () => {
    const made = api({ expose: [http({ certificate })] })
    expect(actions(made, 'PublicListener80')).toMatchObject([
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443' } },
    ])
    expect(the(made, 'PublicListener443').Properties).toMatchObject({
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: 'arn:aws:acm:cert' }],
    })
    expect(made.Outputs?.['PublicUrl']?.Value).toEqual({
      'Fn::Sub': 'https://${PublicLoadBalancer.DNSName}',
    })
  })

  test('is there before the service that registers with it', () => {
    const made = api({ expose: [http(), http({ path: '/x' })] })
    expect(the(made, 'ApiService').DependsOn).toEqual(
      expect.arrayContaining(['PublicListener80', 'PublicListener80Rule10']),
    )
  })
})

describe('secrets', () => {
  test('that a person sets later have no value in the template', () => {
    const keys = secret('keys', { keys: ['STRIPE'] })
    const made = api({ containers: { app: { ...app, secrets: { S: keys.key('STRIPE') } } } })
    expect(the(made, 'KeysSecret').Properties).toEqual({ Name: 'shop/dev/keys' })
    expect(made.Metadata.Longshore.secrets).toEqual({
      keys: { secret: 'KeysSecret', keys: ['STRIPE'] },
    })
  })

  test('of hexadecimal digits are generated by leaving out every other character', () => {
    const jwt = secret('jwt', { generate: { length: 64, as: 'hex' } })
    const made = api({ containers: { app: { ...app, secrets: { JWT: jwt } } } })
    expect(the(made, 'JwtSecret').Properties?.['GenerateSecretString']).toEqual({
      PasswordLength: 64,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'ghijklmnopqrstuvwxyz',
      RequireEachIncludedType: false,
    })
  })

  test('are taken by JSON key', () => {
    const db = postgres('db', { version: '16' })
    const made = api({ containers: { app: { ...app, uses: [db] } } })
    const Secrets = [
      { Name: 'DB_USER', ValueFrom: { 'Fn::Sub': '${DbSecret}:username::' } },
      { Name: 'DB_PASS', ValueFrom: { 'Fn::Sub': '${DbSecret}:password::' } },
    ]
    expect(the(made, 'ApiTaskDefinition').Properties).toMatchObject({
      ContainerDefinitions: [{ Secrets }],
    })
  })
})

describe('a database', () => {
  const db = postgres('db', { version: '16.10' })
  const content = service('api', { ...plain, containers: { app: { ...app, uses: [db] } } })

  test('leaves a snapshot when the environment is protected', () => {
    expect(the(template(content), 'DbInstance')).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    })
    const unprotected = template(content, { environments: { dev: { protect: false } } })
    expect(the(unprotected, 'DbInstance').DeletionPolicy).toBe('Delete')
  })

  test('takes its password from the secret when it is made', () => {
    expect(the(template(content), 'DbInstance').Properties?.['MasterUserPassword']).toEqual({
      'Fn::Sub': '{{resolve:secretsmanager:${DbSecret}:SecretString:password}}',
    })
  })

  test('of an exact version is not upgraded behind the back of its definition', () => {
    const upgraded = (version: string): unknown =>
      the(
        api({ containers: { app: { ...app, uses: [postgres('db', { version })] } } }),
        'DbInstance',
      ).Properties?.['AutoMinorVersionUpgrade']
    expect(upgraded('16.10')).toBe(false)
    expect(upgraded('16')).toBe(true)
  })
})

test('alarms tell the topic, when they fire and when they clear', () => {
  const made = template([
    alarmTopic('ops', { email: ['a@b.example'] }),
    service('api', {
      ...plain,
      alarms: { cpuAbove: 85 },
    }),
  ])
  expect(the(made, 'ApiCpuHighAlarm').Properties).toMatchObject({
    Threshold: 85,
    AlarmActions: [{ Ref: 'OpsTopic' }],
    OKActions: [{ Ref: 'OpsTopic' }],
  })
  expect(the(made, 'OpsTopicEmail1').Properties).toMatchObject({ Endpoint: 'a@b.example' })
})

test('a VPC that was brought is used, and nothing is made in its place', () => {
  const made = template([
    existing.vpc({ id: 'vpc-1', privateSubnets: ['subnet-1', 'subnet-2'] }),
    service('api', plain),
  ])
  expect(ofType(made, 'AWS::EC2::VPC')).toEqual([])
  expect(the(made, 'ApiService').Properties?.['NetworkConfiguration']).toMatchObject({
    AwsvpcConfiguration: { Subnets: ['subnet-1', 'subnet-2'], AssignPublicIp: 'DISABLED' },
  })
})

describe('what the definition has no word for', () => {
  const queue = raw('Jobs', { Type: 'AWS::SQS::Queue' })

  test('stands beside the rest as it was given', () => {
    const env = { JOBS: { Ref: 'Jobs' } }
    const made = template([
      queue,
      service('api', { ...plain, containers: { app: { ...app, environment: env } } }),
    ])
    expect(the(made, 'Jobs')).toEqual({ Type: 'AWS::SQS::Queue' })
    expect(JSON.stringify(the(made, 'ApiTaskDefinition'))).toContain('{"Ref":"Jobs"}')
  })

  test('may not take the place of something else', () => {
    const clash = raw('ApiService', { Type: 'AWS::SQS::Queue' })
    expect(() => template([clash, service('api', plain)])).toThrow(/logical id ApiService/)
  })

  test('is done by the transform, which has the last word', () => {
    const made = template(service('api', plain), {
      transform: (whole, env) => {
        whole.Resources['Marker'] = { Type: 'AWS::SNS::Topic', Properties: { env: env.name } }
      },
    })
    expect(the(made, 'Marker').Properties).toEqual({ env: 'dev' })
  })
})

test('nothing built needs no repository and no parameter', () => {
  const definition = system('shop', () =>
    service('api', { ...plain, containers: { app: { image: 'nginx:1.29' } } }),
  )
  const model = toModel(definition, 'dev')
  expect(toRegistryTemplate(model).Resources).toEqual({})
  expect(toTemplate(model, {})).not.toHaveProperty('Parameters')
})
