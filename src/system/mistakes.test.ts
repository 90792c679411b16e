import { expect, test } from 'vitest'
import { cluster } from './cluster.ts'
import { command } from './command.ts'
import { type Content, system } from './definition.ts'
import { existing } from './existing.ts'
import { http } from './http.ts'
import { build } from './image.ts'
import { loadBalancer } from './load-balancer.ts'
import { toModel } from './model.ts'
import { network } from './network.ts'
import { postgres } from './postgres.ts'
import { DefinitionError, type Problem } from './problem.ts'
import { raw } from './raw.ts'
import { secret } from './secret.ts'
import { service, type ServiceOptions } from './service.ts'

const app = { image: build('./app'), ports: { http: 3000 } }
const plain = { cpu: 256, memory: 512, containers: { app } }
const certificate = existing.certificate({ arn: 'arn:aws:acm:cert' })

/** As a definition in JavaScript would: nobody has checked the types. */
function untyped(options: Record<string, unknown>): ServiceOptions {
  return { ...plain, ...options }
}

function api(options: Record<string, unknown>): Content {
  return service('api', untyped(options))
}

function container(options: Record<string, unknown>): Content {
  return api({ containers: { app: { ...app, ...options } } })
}

function problemsOf(content: Content, name = 'shop'): readonly Problem[] {
  try {
    toModel(
      system(name, () => content),
      'dev',
    )
  } catch (error) {
    if (error instanceof DefinitionError) {
      expect(error.exitCode).toBe(2)
      return error.problems
    }
    throw error
  }
  return []
}

const db = postgres('db', { version: '16' })
const keyed = secret('stripe', { keys: ['API_KEY'] })

interface Mistake {
  readonly it: string
  readonly content: Content
  readonly code: string
  readonly place: string
  /** Words that the message or the next step must have. */
  readonly says: RegExp
}

const MISTAKES: readonly Mistake[] = [
  {
    it: 'an unknown field',
    content: api({ memori: 512 }),
    code: 'unknown-field',
    place: 'services.api.memori',
    says: /Did you mean "memory"\?/,
  },
  {
    it: 'an unknown field of a container',
    content: container({ comand: ['x'] }),
    code: 'unknown-field',
    place: 'services.api.containers.app.comand',
    says: /Did you mean "command"\?/,
  },
  {
    it: 'a CPU size that Fargate does not have',
    content: api({ cpu: 300 }),
    code: 'fargate-size',
    place: 'services.api.cpu',
    says: /256 \(512, 1024 or 2048 MiB\); 512 \(1024 to 4096 by 1024 MiB\)/,
  },
  {
    it: 'a memory size that does not go with the CPU',
    content: api({ cpu: 256, memory: 4096 }),
    code: 'fargate-size',
    place: 'services.api.memory',
    says: /512, 1024 or 2048 MiB\. 4096 MiB go with 512, 1024, 2048 CPU units/,
  },
  {
    it: 'two services of one name',
    content: [service('api', plain), service('api', plain)],
    code: 'duplicate-name',
    place: 'services.api',
    says: /two services are called "api"/,
  },
  {
    it: 'names that CloudFormation cannot tell apart',
    content: [service('a-b', plain), service('a--b', plain)],
    code: 'duplicate-name',
    place: 'services.a--b',
    says: /cannot tell apart/,
  },
  {
    it: 'a port that does not exist',
    content: api({ expose: [http({ to: 'app:htp' })] }),
    code: 'no-such-port',
    place: 'services.api.expose[0].to',
    says: /Did you mean "http"\?/,
  },
  {
    it: 'a container that does not exist',
    content: api({ expose: [http({ to: 'ap:http' })] }),
    code: 'no-such-container',
    place: 'services.api.expose[0].to',
    says: /Did you mean "app"\?/,
  },
  {
    it: 'a way in that does not say which port',
    content: api({ containers: { app: { ...app, ports: { a: 1, b: 2 } } }, expose: [http()] }),
    code: 'exposure-without-port',
    place: 'services.api.expose[0].to',
    says: /app:a, app:b/,
  },
  {
    it: 'containers that wait in a circle',
    content: api({
      containers: {
        a: { image: 'a', after: { b: 'started' } },
        b: { image: 'b', after: { a: 'started' } },
      },
    }),
    code: 'cycle',
    place: 'services.api.containers.a.after',
    says: /a → b → a/,
  },
  {
    it: 'waiting for the health of a container that has no check',
    content: api({
      containers: { a: { image: 'a', after: { b: 'healthy' } }, b: { image: 'b' } },
    }),
    code: 'no-health',
    place: 'services.api.containers.a.after.b',
    says: /health check/,
  },
  {
    it: 'waiting for the end of an essential container',
    content: api({
      containers: { a: { image: 'a', after: { b: 'success' } }, b: { image: 'b' } },
    }),
    code: 'essential-must-end',
    place: 'services.api.containers.a.after.b',
    says: /essential: false/,
  },
  {
    it: 'a cron expression that is none',
    content: api({
      scale: { min: 1, max: 2, schedule: { night: { cron: '0 8 * * *', min: 1, max: 1 } } },
    }),
    code: 'bad-cron',
    place: 'services.api.scale.schedule.night.cron',
    says: /six/,
  },
  {
    it: 'a minimum above the maximum',
    content: api({ scale: { min: 4, max: 1 } }),
    code: 'min-above-max',
    place: 'services.api.scale.min',
    says: /at least 4/,
  },
  {
    it: 'two ways in for the same requests',
    content: [api({ expose: [http()] }), service('web', { ...plain, expose: [http()] })],
    code: 'listener-clash',
    place: 'services.web.expose[0]',
    says: /services\.api\.expose\[0\]/,
  },
  {
    it: 'a listener that would be HTTP and HTTPS',
    content: api({ expose: [http({ listen: 443 }), http({ path: '/x', certificate })] }),
    code: 'protocol-clash',
    place: 'services.api.expose[1].certificate',
    says: /both HTTP and HTTPS/,
  },
  {
    it: 'a name that is too long for a load balancer',
    content: [
      loadBalancer('public', { loadBalancerName: 'x'.repeat(33) }),
      api({ expose: [http()] }),
    ],
    code: 'bad-text',
    place: 'loadBalancers.public.loadBalancerName',
    says: /32/,
  },
  {
    it: 'a name that is none',
    content: service('Api Server', plain),
    code: 'bad-text',
    place: 'services.Api Server',
    says: /lower-case/,
  },
  {
    it: 'a secret as a plain variable',
    content: container({ environment: { TOKEN: keyed } }),
    code: 'secret-in-environment',
    place: 'services.api.containers.app.environment.TOKEN',
    says: /"secrets"/,
  },
  {
    it: 'a key that a secret does not have',
    content: container({ secrets: { TOKEN: keyed.key('APIKEY') } }),
    code: 'no-such-secret-key',
    place: 'services.api.containers.app.secrets.TOKEN',
    says: /Did you mean "API_KEY"\?/,
  },
  {
    it: 'a variable that is set twice',
    content: container({ uses: [db], secrets: { DB_HOST: keyed } }),
    code: 'variable-clash',
    place: 'services.api.containers.app.secrets.DB_HOST',
    says: /twice/,
  },
  {
    it: 'a subnet outside the VPC',
    content: [network({ publicSubnets: ['10.1.0.0/24', '10.0.2.0/24'] }), api({})],
    code: 'bad-range',
    place: 'network.publicSubnets[0]',
    says: /inside 10\.0\.0\.0\/16/,
  },
  {
    it: 'subnets that overlap',
    content: [network({ publicSubnets: ['10.0.1.0/24', '10.0.1.0/25'] }), api({})],
    code: 'overlap',
    place: 'network.publicSubnets[1]',
    says: /network\.publicSubnets\[0\]/,
  },
  {
    it: 'a VPC that was brought without the subnets it needs',
    content: [existing.vpc({ id: 'vpc-1' }), api({})],
    code: 'subnets-missing',
    place: 'network.privateSubnets',
    says: /at least one/,
  },
  {
    it: 'a roll-out that could never move a task',
    content: api({ deployment: { minimumPercent: 100, maximumPercent: 100 } }),
    code: 'deployment-stuck',
    place: 'services.api.deployment',
    says: /maximumPercent/,
  },
  {
    it: 'a retention that CloudWatch does not have',
    content: api({ logs: { retentionDays: 31 } }),
    code: 'no-such-choice',
    place: 'services.api.logs.retentionDays',
    says: /30, 60/,
  },
  {
    it: 'a one-off in a container that does not exist',
    content: api({ before: { migrate: command(['x'], { container: 'ap' }) } }),
    code: 'no-such-container',
    place: 'services.api.before.migrate.container',
    says: /"app"/,
  },
  {
    it: 'containers that want more than their task has',
    content: container({ memoryReservation: 1024 }),
    code: 'containers-too-big',
    place: 'services.api.containers',
    says: /1024 MiB, the task has 512/,
  },
  {
    it: 'two containers on one port',
    content: api({ containers: { app, other: app } }),
    code: 'port-clash',
    place: 'services.api.containers.other.ports.http',
    says: /share one network/,
  },
  {
    it: 'an alarm on a metric that nobody publishes',
    content: [cluster({ containerInsights: 'disabled' }), api({ alarms: { runningBelow: 1 } })],
    code: 'alarm-without-metric',
    place: 'services.api.alarms.runningBelow',
    says: /Container Insights/,
  },
  {
    it: 'a secret that mixes generated values with those that a person sets',
    content: container({
      secrets: { A: secret('mixed', { keys: ['A'], generate: { key: 'B' } }) },
    }),
    code: 'mixed-secret',
    place: 'secrets.mixed.keys',
    says: /two secrets/,
  },
  {
    it: 'two networks',
    content: [network(), network(), api({})],
    code: 'more-than-one',
    place: 'network',
    says: /there are 2/,
  },
  {
    it: 'a raw resource without a type',
    content: [raw('Thing', JSON.parse('{}')), api({})],
    code: 'missing-field',
    place: 'raw.Thing.Type',
    says: /Type/,
  },
  {
    it: 'something that is no resource',
    content: JSON.parse('["api"]'),
    code: 'not-a-resource',
    place: 'result[0]',
    says: /service\(…\)/,
  },
  {
    it: 'a system without a service',
    content: [],
    code: 'no-services',
    place: 'services',
    says: /at least one/,
  },
  {
    it: 'a database version that is none',
    content: container({ uses: [postgres('db', { version: 'sixteen' })] }),
    code: 'bad-text',
    place: 'databases.db.version',
    says: /16\.10/,
  },
]

test.each(MISTAKES)('tells $it', ({ content, code, place, says }) => {
  const found = problemsOf(content)
  const mistake = found.find((each) => each.code === code && each.place === place)
  expect(mistake, JSON.stringify(found)).toBeDefined()
  expect(`${mistake?.message} ${mistake?.next}`).toMatch(says)
})

test('tells all mistakes together', () => {
  const places = problemsOf([
    api({ cpu: 300, scale: { min: 2, max: 1 }, logs: { retentionDays: 31 }, nonsense: true }),
    service('web', untyped({ containers: { app: { image: 3 } } })),
  ]).map(({ place }) => place)
  expect(places.toSorted()).toEqual([
    'services.api.cpu',
    'services.api.logs.retentionDays',
    'services.api.nonsense',
    'services.api.scale.min',
    'services.web.containers.app.image',
  ])
})

test('one mistake alone is told with its own place and cure', () => {
  expect(() =>
    toModel(
      system('shop', () => api({ cpu: 300 })),
      'dev',
    ),
  ).toThrow(expect.objectContaining({ code: 'fargate-size', place: 'services.api.cpu' }))
})

test('never repeats the value of a secret', () => {
  const found = problemsOf(
    container({ secrets: { A: secret('s', JSON.parse('{"values": {"A": ["hush"]}}')) } }),
  )
  expect(found).not.toEqual([])
  expect(JSON.stringify(found)).not.toContain('hush')
})

test('the stack of a system must have a name that CloudFormation takes', () => {
  expect(problemsOf(api({}), 'Shop')).toMatchObject([{ place: "system('Shop')" }])
})
