import fc from 'fast-check'
import { FARGATE_SIZES } from '../../aws/fargate-sizes.ts'
import { alarmTopic } from '../../system/alarm-topic.ts'
import { command } from '../../system/command.ts'
import type { ContainerOptions } from '../../system/container.ts'
import { system, type SystemDefinition } from '../../system/definition.ts'
import { existing } from '../../system/existing.ts'
import { http } from '../../system/http.ts'
import { build } from '../../system/image.ts'
import { network } from '../../system/network.ts'
import { postgres } from '../../system/postgres.ts'
import { secret } from '../../system/secret.ts'
import { service, type Service } from '../../system/service.ts'

const db = postgres('db', { version: '16.10', alarms: { cpuAbove: 80, freeStorageBelowGiB: 2 } })
const session = secret('session', { generate: { length: 64, as: 'hex' } })
const keys = secret('keys', { keys: ['STRIPE'], placeholders: { STRIPE: 'none' } })

const size = fc
  .constantFrom(...FARGATE_SIZES)
  .chain(([cpu, memories]) => fc.constantFrom(...memories).map((memory) => ({ cpu, memory })))

const container = fc.record({
  image: fc.constantFrom(build('./app'), 'public.ecr.aws/nginx/nginx:1.29'),
  uses: fc.constantFrom([], [db], [db.as('PG')]),
  secrets: fc.constantFrom({}, { SESSION: session }, { STRIPE: keys.key('STRIPE') }),
  environment: fc.constantFrom({}, { LOG: 'info', RETRIES: 3 }, { ADDRESS: db.host }),
  health: fc.constantFrom({ http: '/health' }, { command: 'true', retries: 5 }),
  stopTimeoutSeconds: fc.integer({ min: 2, max: 120 }),
  readOnlyRoot: fc.boolean(),
  init: fc.boolean(),
})

const scale = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.record({
    min: fc.integer({ min: 1, max: 3 }),
    max: fc.integer({ min: 3, max: 10 }),
    cpu: fc.integer({ min: 10, max: 90 }),
    requestsPerTarget: fc.constant(500),
    schedule: fc.constantFrom({}, { night: { cron: '0 20 * * ? *', min: 1, max: 2 } }),
  }),
)

const oneService = (name: string): fc.Arbitrary<Service> =>
  fc
    .record({
      size,
      scale,
      containers: fc.array(container, { minLength: 1, maxLength: 3 }),
      hasMigration: fc.boolean(),
      placement: fc.constantFrom('private' as const, 'public' as const),
      secure: fc.boolean(),
      alarms: fc.boolean(),
      exec: fc.boolean(),
    })
    .map(({ size: { cpu, memory }, containers, hasMigration, secure, ...rest }) => {
      const named = Object.fromEntries(
        containers.map((each, i): [string, ContainerOptions] => [
          `part-${i}`,
          {
            ...each,
            ports: { http: 3000 + i },
            ...(i === 0 ? {} : { essential: false, after: { 'part-0': 'healthy' as const } }),
          },
        ]),
      )
      return service(name, {
        cpu,
        memory,
        ...rest,
        containers: named,
        before: hasMigration ? { migrate: command(['migrate']), seed: command(['seed']) } : {},
        expose: Object.keys(named).map((part, i) =>
          http({
            to: `${part}:http`,
            path: [`/${name}/${part}`, `/${name}/${part}/*`],
            ...(secure ? { listen: 443, certificate } : { listen: 80 }),
            ...(i > 0 ? {} : { slowStartSeconds: 30, stickySeconds: 60 }),
          }),
        ),
      })
    })

const certificate = existing.certificate({
  arn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
})

const place = fc.constantFrom(
  network({ nat: 'per-zone' }),
  network({ nat: 'none', cidr: '172.20.0.0/20' }),
  network(),
  existing.vpc({
    id: 'vpc-0123456789abcdef0',
    publicSubnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    privateSubnets: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
  }),
)

/** Definitions that are right, in every combination that the words allow. */
export const randomDefinition: fc.Arbitrary<SystemDefinition> = fc
  .record({
    services: fc
      .integer({ min: 1, max: 3 })
      .chain((count) =>
        fc.tuple(...['api', 'web-site', 'worker'].slice(0, count).map((name) => oneService(name))),
      ),
    place,
    hasTopic: fc.boolean(),
  })
  .map(({ services, place: vpc, hasTopic }) =>
    system('shop', () => [
      vpc,
      services,
      ...(hasTopic ? [alarmTopic('alerts', { email: ['ops@example.com'] })] : []),
    ]),
  )
