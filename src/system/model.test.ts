import { describe, expect, test } from 'vitest'
import { alarmTopic } from './alarm-topic.ts'
import { cluster } from './cluster.ts'
import { command } from './command.ts'
import { type Content, type Environment, system } from './definition.ts'
import { existing } from './existing.ts'
import { http } from './http.ts'
import { build } from './image.ts'
import { loadBalancer } from './load-balancer.ts'
import { toModel } from './model.ts'
import { network } from './network.ts'
import { postgres } from './postgres.ts'
import { secret } from './secret.ts'
import { service, type ServiceOptions } from './service.ts'

const app = { image: build('./app'), ports: { http: 3000 } }
const plain: ServiceOptions = { cpu: 256, memory: 512, containers: { app } }

function model(content: Content, environment = 'dev') {
  return toModel(
    system('shop', () => content),
    environment,
  )
}

function oneService(options: Partial<ServiceOptions>) {
  const [first] = model(service('api', { ...plain, ...options })).services
  if (first === undefined) throw new Error('the model has no service')
  return first
}

test('what a service uses belongs to the system without being listed', () => {
  const db = postgres('db', { version: '16' })
  const jwt = secret('jwt', { generate: {} })
  const { databases, secrets } = model(
    service('api', { ...plain, containers: { app: { ...app, uses: [db], secrets: { J: jwt } } } }),
  )
  expect(databases.map(({ name }) => name)).toEqual(['db'])
  expect(secrets.map(({ name }) => name)).toEqual(['jwt'])
})

test('a binding gives address and credentials under names of the database', () => {
  const db = postgres('main-db', { version: '16' })
  const [container] = oneService({ containers: { app: { ...app, uses: [db] } } }).containers
  expect(container?.environment).toEqual({
    MAIN_DB_HOST: { database: 'main-db', attribute: 'host' },
    MAIN_DB_PORT: { database: 'main-db', attribute: 'port' },
    MAIN_DB_NAME: 'main_db',
  })
  expect(Object.keys(container?.secrets ?? {})).toEqual(['MAIN_DB_USER', 'MAIN_DB_PASS'])
})

test('the variables of a binding can be renamed, all by a prefix or one by one', () => {
  const db = postgres('db', { version: '16' })
  const bound = (names: Parameters<typeof db.as>[0]): string[] =>
    Object.keys(
      oneService({ containers: { app: { ...app, uses: [db.as(names)] } } }).containers[0]
        ?.environment ?? {},
    )
  expect(bound('PG')).toEqual(['PG_HOST', 'PG_PORT', 'PG_NAME'])
  expect(bound({ host: 'PGHOST' })).toEqual(['PGHOST', 'DB_PORT', 'DB_NAME'])
})

test('a plain variable wins over that of a binding', () => {
  const db = postgres('db', { version: '16' })
  const [container] = oneService({
    containers: { app: { ...app, uses: [db], environment: { DB_HOST: 'proxy' } } },
  }).containers
  expect(container?.environment['DB_HOST']).toBe('proxy')
})

test('an environment is protected unless it is local or says otherwise', () => {
  const db = postgres('db', { version: '16' })
  const content = service('api', { ...plain, containers: { app: { ...app, uses: [db] } } })
  expect(model(content, 'dev').databases[0]).toMatchObject({ onRemoval: 'snapshot', backupDays: 7 })
  expect(model(content, 'local').databases[0]).toMatchObject({ onRemoval: 'delete', backupDays: 0 })
})

test('the build function is told its environment with the values of it', () => {
  const told: Environment[] = []
  const environments = { dev: { region: 'eu-central-1', values: { size: 1 } } }
  const definition = system('shop', { environments }, (env) => {
    told.push(env)
    return service('api', { ...plain, scale: env.values.size })
  })
  toModel(definition, 'dev')
  expect(told).toEqual([
    {
      name: 'dev',
      region: 'eu-central-1',
      account: undefined,
      protect: true,
      values: { size: 1 },
    },
  ])
})

test('subnets are cut from the range of the VPC when none are given', () => {
  const { network: made } = model([network({ cidr: '172.20.0.0/16' }), service('api', plain)])
  expect(made).toMatchObject({
    publicSubnets: ['172.20.0.0/20', '172.20.16.0/20'],
    privateSubnets: ['172.20.32.0/20', '172.20.48.0/20'],
  })
})

test('ways in that lead to the same place share a target group', () => {
  const { targetGroups, routes } = oneService({
    expose: [http({ path: '/a' }), http({ path: '/b' }), http({ path: '/c', drainSeconds: 5 })],
  })
  expect(targetGroups.map(({ name }) => name)).toEqual(['', 'App3000'])
  expect(routes).toHaveLength(3)
})

test('rules come in the order of the definition, around the priorities that are given', () => {
  const { loadBalancers } = model(
    service('api', {
      ...plain,
      expose: [http({ path: '/a' }), http({ path: '/b', priority: 10 }), http({ path: '/c' })],
    }),
  )
  const priorities = loadBalancers[0]?.listeners[0]?.rules.map(({ priority }) => priority)
  expect(priorities).toEqual([20, 10, 30])
})

test('a health check over HTTP asks with whatever program the image has', () => {
  const [container] = oneService({
    containers: { app: { ...app, health: { http: '/health' } } },
  }).containers
  expect(container?.health?.command[0]).toBe('CMD-SHELL')
  for (const program of ['curl', 'wget', 'node', 'python3']) {
    expect(container?.health?.command[1]).toContain(program)
  }
})

test('sensible alarms leave out what nobody measures', () => {
  expect(Object.keys(oneService({ alarms: true }).alarms)).toEqual([
    'cpuAbove',
    'memoryAbove',
    'runningBelow',
  ])
  const [uncounted] = model([
    cluster({ containerInsights: 'disabled' }),
    service('api', { ...plain, alarms: true, expose: [http()] }),
  ]).services
  expect(Object.keys(uncounted?.alarms ?? {})).toEqual([
    'cpuAbove',
    'memoryAbove',
    'healthyBelow',
    'errorsAbove',
  ])
})

describe('an environment that was not declared', () => {
  test('is told with the nearest one', () => {
    const definition = system('shop', { environments: { staging: {} } }, () =>
      service('api', plain),
    )
    expect(() => toModel(definition, 'stagin')).toThrow(
      expect.objectContaining({
        code: 'unknown-environment',
        next: 'Did you mean "staging"?',
        exitCode: 2,
      }),
    )
  })
})

test('everything can be brought from outside', () => {
  const made = model([
    existing.vpc({
      id: 'vpc-1',
      publicSubnets: ['subnet-1', 'subnet-2'],
      privateSubnets: ['subnet-3', 'subnet-4'],
    }),
    existing.cluster({ name: 'shared' }),
    existing.topic({ arn: 'arn:aws:sns:us-east-1:111122223333:ops' }),
    service('api', {
      ...plain,
      taskRole: existing.role({ arn: 'arn:aws:iam::111122223333:role/app' }),
      securityGroups: [existing.securityGroup({ id: 'sg-1' })],
      before: { migrate: command(['migrate']) },
      expose: [
        http({ targetGroup: existing.targetGroup({ arn: 'arn:tg', securityGroup: 'sg-2' }) }),
      ],
    }),
  ])
  expect(made.network.kind).toBe('existing')
  expect(made.cluster).toEqual({ kind: 'existing', name: 'shared' })
  expect(made.topic?.kind).toBe('existing')
  expect(made.loadBalancers).toEqual([])
  expect(made.services[0]).toMatchObject({
    taskRole: 'arn:aws:iam::111122223333:role/app',
    securityGroups: ['sg-1'],
  })
})

test('several load balancers stand side by side, the first being the default', () => {
  const inside = loadBalancer('inside', { internal: true })
  const { loadBalancers } = model([
    loadBalancer('outside'),
    service('api', { ...plain, expose: [http(), http({ on: inside })] }),
    alarmTopic('ops'),
  ])
  expect(loadBalancers.map(({ name, internal }) => [name, internal])).toEqual([
    ['outside', false],
    ['inside', true],
  ])
})
