import type { AlarmTopicOptions } from '../alarm-topic.ts'
import type { ClusterOptions } from '../cluster.ts'
import type { EnvironmentOptions, SystemOptions } from '../definition.ts'
import type { ExistingVpcOptions } from '../existing.ts'
import type { LoadBalancerOptions } from '../load-balancer.ts'
import type { NetworkOptions } from '../network.ts'
import type { DatabaseAlarms, PostgresOptions } from '../postgres.ts'
import type { RawResourceBody } from '../raw.ts'
import type { GenerateOptions, SecretOptions } from '../secret.ts'
import {
  anything,
  byType,
  type Check,
  choice,
  flag,
  list,
  map,
  number,
  object,
  text,
  wholeNumber,
} from './checks.ts'

export const systemShape: Check = object<SystemOptions<object>>({
  environments: map(
    object<EnvironmentOptions<object>>({
      region: text({ pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, what: 'Write it as us-east-2.' }),
      account: text({ pattern: /^\d{12}$/, what: 'Give the 12 digits, as a text.' }),
      protect: flag,
      values: map(anything),
    }),
  ),
  transform: anything,
})

const cidr = text({ pattern: /^[\d.]+\/\d+$/, what: 'Write a range as 10.0.0.0/16.' })
const subnetId = text({ pattern: /^subnet-/, what: 'Give the id of a subnet: subnet-….' })

export const networkShape: Check = object<NetworkOptions>({
  cidr,
  publicSubnets: list(cidr, 2),
  privateSubnets: list(cidr, 2),
  nat: choice('one', 'per-zone', 'none'),
})

export const existingVpcShape: Check = object<ExistingVpcOptions>(
  {
    id: text({ pattern: /^vpc-/, what: 'Give the id of a VPC: vpc-….' }),
    publicSubnets: list(subnetId),
    privateSubnets: list(subnetId),
  },
  'id',
)

export const clusterShape: Check = object<ClusterOptions>({
  clusterName: text({
    pattern: /^[A-Za-z0-9_-]{1,255}$/,
    what: 'ECS takes up to 255 letters, digits, hyphens and underscores.',
  }),
  containerInsights: choice('enabled', 'enhanced', 'disabled'),
})

export const loadBalancerShape: Check = object<LoadBalancerOptions>({
  loadBalancerName: text({
    pattern: /^(?!internal-)(?=.{1,32}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
    what: 'ELB takes up to 32 letters, digits and hyphens, none at the ends, no "internal-".',
  }),
  internal: flag,
  allow: list(cidr, 1),
  idleTimeoutSeconds: wholeNumber(1, 4000, 'seconds'),
  deletionProtection: flag,
})

export const alarmTopicShape: Check = object<AlarmTopicOptions>({
  email: list(text({ pattern: /^[^\s@]+@[^\s@]+$/, what: 'Give an e-mail address.' })),
  topicName: text({
    pattern: /^[A-Za-z0-9_-]{1,256}$/,
    what: 'SNS takes up to 256 letters, digits, hyphens and underscores.',
  }),
})

export const postgresShape: Check = object<PostgresOptions>(
  {
    version: text({ pattern: /^\d+(\.\d+)?$/, what: 'Write it as 16 or 16.10.' }),
    instance: text({ pattern: /^db\.\w+\.\w+$/, what: 'Write it as db.t4g.micro.' }),
    storageGiB: wholeNumber(20, 65_536, 'GiB'),
    maxStorageGiB: wholeNumber(20, 65_536, 'GiB'),
    database: text({
      pattern: /^[A-Za-z_]\w{0,62}$/,
      what: 'PostgreSQL on RDS takes up to 63 letters, digits and underscores, a letter first.',
    }),
    username: text({
      pattern: /^(?!(rdsadmin|admin|pg_.*)$)[A-Za-z]\w{0,62}$/,
      what: 'RDS takes up to 63 letters, digits and underscores, a letter first; not admin.',
    }),
    port: wholeNumber(1150, 65_535),
    instanceName: text({
      pattern: /^(?=.{1,63}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/,
      what: 'RDS takes up to 63 letters, digits and single hyphens, a letter first.',
    }),
    multiAz: flag,
    backupDays: wholeNumber(0, 35, 'days'),
    onRemoval: choice('snapshot', 'retain', 'delete'),
    deletionProtection: flag,
    alarms: object<DatabaseAlarms>({
      cpuAbove: number(1, 100, 'percent'),
      freeStorageBelowGiB: number(0, 65_536, 'GiB'),
      connectionsAbove: wholeNumber(0, 1_000_000),
    }),
  },
  'version',
)

export const secretShape: Check = object<SecretOptions>({
  secretName: text({
    pattern: /^[\w/+=.@-]{1,512}$/,
    what: 'Secrets Manager takes up to 512 letters, digits and / _ + = . @ -.',
  }),
  description: text({ max: 2048 }),
  generate: object<GenerateOptions>({
    key: text(),
    length: wholeNumber(8, 4096, 'characters'),
    as: choice('letters', 'hex'),
  }),
  values: map(text()),
  keys: list(text()),
  placeholders: map(text()),
  kmsKey: text(),
})

export const rawShape: Check = object<RawResourceBody>(
  {
    Type: text({ pattern: /^\w+::\w+(::\w+)*$/, what: 'Write it as AWS::Service::Resource.' }),
    Properties: map(anything),
    DependsOn: byType({ string: text(), array: list(text()) }, 'logical ids'),
    DeletionPolicy: text(),
    UpdateReplacePolicy: text(),
    CreationPolicy: anything,
    UpdatePolicy: anything,
    Metadata: map(anything),
  },
  'Type',
)
