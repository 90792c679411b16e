import type { AlarmTopic } from '../alarm-topic.ts'
import type { Cluster } from '../cluster.ts'
import type { Inventory } from '../collect.ts'
import type { Environment, SystemDefinition } from '../definition.ts'
import type { ExistingCluster, ExistingTopic } from '../existing.ts'
import type { Postgres } from '../postgres.ts'
import type { Secret } from '../secret.ts'
import type {
  ClusterModel,
  DatabaseModel,
  LoadBalancerModel,
  SecretModel,
  SystemModel,
  TopicModel,
} from '../system-model.ts'
import { databaseName } from './normalize-container.ts'
import {
  DEFAULT_LOAD_BALANCER,
  type ExposureModel,
  exposuresOf,
  loadBalancerModel,
} from './normalize-exposure.ts'
import { normalizeNetwork } from './normalize-network.ts'
import { normalizeService } from './normalize-service.ts'

/** Fills in every default. The inventory was checked: what refers to something finds it. */
export function normalize(
  definition: SystemDefinition,
  env: Environment,
  inventory: Inventory,
): SystemModel {
  const prefix = `${definition.name}-${env.name}`
  const balancer = inventory.loadBalancers[0]?.name ?? DEFAULT_LOAD_BALANCER
  const perService = inventory.services.map((each) => exposuresOf(each, balancer))
  const { transform } = definition.options
  const cluster = clusterModel(inventory.clusters[0], prefix)
  const hasInsights = cluster.kind === 'existing' || cluster.containerInsights !== 'disabled'
  return {
    name: definition.name,
    environment: env.name,
    prefix,
    region: env.region,
    account: env.account,
    protect: env.protect,
    network: normalizeNetwork(inventory.networks[0]),
    cluster,
    loadBalancers: loadBalancers(inventory, perService.flat()),
    services: inventory.services.map((each, i) =>
      normalizeService(each, perService[i] ?? [], { prefix, hasInsights }),
    ),
    databases: inventory.databases.map((each) => databaseModel(each, env)),
    secrets: inventory.secrets.map((each) => secretModel(each, definition.name, env.name)),
    existingSecrets: inventory.existingSecrets.flatMap(({ options: { name, arn } }) =>
      name === undefined ? [] : [{ name, arn, keys: [] }],
    ),
    topic: topicModel(inventory.topics[0], prefix),
    raw: Object.fromEntries(inventory.raw.map(({ logicalId, resource }) => [logicalId, resource])),
    transform: transform && ((template) => transform(template, { name: env.name })),
  }
}

function loadBalancers(
  { loadBalancers: given }: Inventory,
  exposures: readonly ExposureModel[],
): LoadBalancerModel[] {
  const used = exposures.flatMap(({ loadBalancer }) => loadBalancer ?? [])
  const names = new Set([...given.map(({ name }) => name), ...used])
  return [...names].map((name) =>
    loadBalancerModel(
      name,
      given.find((each) => each.name === name),
      exposures,
    ),
  )
}

function clusterModel(given: Cluster | ExistingCluster | undefined, prefix: string): ClusterModel {
  if (given?.kind === 'existing-cluster') return { kind: 'existing', name: given.name }
  return {
    kind: 'new',
    name: given?.options.clusterName ?? prefix,
    containerInsights: given?.options.containerInsights ?? 'enabled',
  }
}

function databaseModel({ name, options }: Postgres, { protect }: Environment): DatabaseModel {
  return {
    name,
    awsName: options.instanceName,
    version: options.version,
    instance: options.instance ?? 'db.t4g.micro',
    storageGiB: options.storageGiB ?? 20,
    maxStorageGiB: options.maxStorageGiB,
    database: databaseName(name, options.database),
    username: options.username ?? 'postgres',
    port: options.port ?? 5432,
    multiAz: options.multiAz ?? false,
    backupDays: options.backupDays ?? (protect ? 7 : 0),
    onRemoval: options.onRemoval ?? (protect ? 'snapshot' : 'delete'),
    deletionProtection: options.deletionProtection ?? false,
    alarms: options.alarms ?? {},
  }
}

function secretModel({ name, options }: Secret, system: string, env: string): SecretModel {
  const { generate } = options
  const placeholders = options.placeholders ?? {}
  const values = { ...options.values, ...placeholders }
  const hasValues = Object.keys(values).length > 0 || generate?.key !== undefined
  return {
    name,
    awsName: options.secretName ?? `${system}/${env}/${name}`,
    description: options.description,
    values: hasValues ? values : undefined,
    generate: generate && {
      key: generate.key,
      length: generate.length ?? 32,
      as: generate.as ?? 'letters',
    },
    keys: [
      ...Object.keys(options.values ?? {}),
      ...(options.keys ?? []),
      ...(generate?.key === undefined ? [] : [generate.key]),
    ],
    kmsKey: options.kmsKey,
  }
}

function topicModel(
  given: AlarmTopic | ExistingTopic | undefined,
  prefix: string,
): TopicModel | undefined {
  if (given === undefined) return undefined
  if (given.kind === 'existing-topic') return { kind: 'existing', arn: given.arn }
  return {
    kind: 'new',
    name: given.name,
    topicName: given.options.topicName ?? `${prefix}-${given.name}`,
    email: given.options.email ?? [],
  }
}
