import type {
  OneOffModel,
  RouteModel,
  SecretModel,
  ServiceModel,
  SystemModel,
} from '../system/system-model.ts'
import {
  CLUSTER,
  databaseIds,
  loadBalancerIds,
  secretId,
  serviceIds,
  subnetNames,
} from './logical-ids.ts'
import type {
  ImageMetadata,
  OneOffMetadata,
  RouteMetadata,
  SecretMetadata,
  ServiceMetadata,
  TemplateMetadata,
} from './metadata.ts'
import { type Images, waitConditionId } from './resources/one-offs.ts'

/** What the finished template says about itself. */
export function describe(model: SystemModel, images: Images): TemplateMetadata {
  return {
    system: model.name,
    environment: model.environment,
    services: byName(model.services, (service) => describeService(service, model)),
    images: imagesOf(model),
    oneOffs: Object.fromEntries(
      model.services.flatMap((service) =>
        service.oneOffs.map((oneOff) => [
          waitConditionId(service, oneOff, images),
          describeOneOff(service, oneOff, model),
        ]),
      ),
    ),
    databases: byName(model.databases, ({ name, database }) => ({
      instance: databaseIds(name).instance,
      secret: databaseIds(name).secret,
      database,
    })),
    secrets: {
      ...byName(model.databases, ({ name }) => ({
        secret: databaseIds(name).secret,
        keys: ['username', 'password'],
      })),
      ...byName(model.existingSecrets, ({ arn, keys }) => ({ secretId: arn, keys })),
      ...byName(model.secrets, describeSecret),
    },
  }
}

/** Every image that is built, once, by the parameter that takes it. */
export function imagesOf({ services }: SystemModel): Readonly<Record<string, ImageMetadata>> {
  const built = services.flatMap(({ containers }) =>
    containers.flatMap(({ image }) => (image.kind === 'build' ? [image] : [])),
  )
  return Object.fromEntries(
    built.map(({ parameter, kind: _kind, target, ...image }) => [
      parameter,
      target === undefined ? image : { ...image, target },
    ]),
  )
}

function describeService(service: ServiceModel, model: SystemModel): ServiceMetadata {
  const ids = serviceIds(service.name)
  return {
    service: ids.service,
    cluster: clusterReference(model),
    taskDefinition: ids.taskDefinition,
    containers: service.containers.map(({ name }) => name),
    logGroups: service.logGroups.map(ids.logGroup),
    routes: service.routes.flatMap(describeRoute),
  }
}

function describeRoute({
  loadBalancer,
  port,
  protocol,
  paths,
  hosts,
}: RouteModel): RouteMetadata[] {
  const ids = loadBalancerIds(loadBalancer)
  const route = { loadBalancer: ids.loadBalancer, listener: ids.listener(port), protocol, port }
  return orNone(hosts).flatMap((host) =>
    orNone(paths).map((path) => ({
      ...route,
      ...(path === undefined ? {} : { path }),
      ...(host === undefined ? {} : { host }),
    })),
  )
}

function describeOneOff(
  service: ServiceModel,
  oneOff: OneOffModel,
  model: SystemModel,
): OneOffMetadata {
  const ids = serviceIds(service.name)
  return {
    name: oneOff.name,
    service: service.name,
    taskDefinition: ids.oneOffTaskDefinition(oneOff.name),
    cluster: clusterReference(model),
    container: oneOff.container,
    subnets: subnetNames(model, service.placement),
    securityGroups: [ids.securityGroup, ...service.securityGroups],
    assignPublicIp: service.placement === 'public',
    logGroups: service.logGroups.map(ids.logGroup),
    timeoutMinutes: oneOff.timeoutMinutes,
  }
}

function describeSecret({ name, keys, generate }: SecretModel): SecretMetadata {
  const made = generate && {
    ...(generate.key === undefined ? {} : { key: generate.key }),
    length: generate.length,
    hex: generate.as === 'hex',
  }
  return { secret: secretId(name), keys, ...(made === undefined ? {} : { generate: made }) }
}

function clusterReference({ cluster }: SystemModel): string {
  return cluster.kind === 'new' ? CLUSTER : cluster.name
}

function orNone(values: readonly string[]): readonly (string | undefined)[] {
  return values.length === 0 ? [undefined] : values
}

function byName<T extends { readonly name: string }, R>(
  items: readonly T[],
  map: (item: T) => R,
): Record<string, R> {
  return Object.fromEntries(items.map((item) => [item.name, map(item)]))
}
