import type {
  ClusterSettingName,
  CreateClusterCommandInput,
  PutClusterCapacityProvidersCommandInput,
  RegisterTaskDefinitionCommandInput,
  UpdateClusterCommandInput,
} from '@aws-sdk/client-ecs'
import { camelCased } from './casing.ts'
import type { Properties, ResourceHandler, ResourceRequest, UpdateRequest } from './handler.ts'
import { changed, list, optionalText, text } from './properties.ts'
import { required } from './required.ts'
import { lowerTags, tagChanges, tagsOf } from './tags.ts'

const cluster: ResourceHandler = {
  type: 'AWS::ECS::Cluster',
  async create(request) {
    const { properties } = request
    const input: CreateClusterCommandInput = {
      ...clusterInput(properties),
      clusterName:
        optionalText(properties, 'ClusterName') ?? request.generatedName({ maxLength: 255 }),
      tags: lowerTags(properties),
    }
    const { cluster: made } = await request.calls.ecs.createCluster(input)
    return {
      physicalId: required(made?.clusterName, 'clusterName'),
      attributes: { Arn: required(made?.clusterArn, 'clusterArn') },
    }
  },
  async update(request) {
    const { configuration, settings, serviceConnectDefaults } = clusterInput(request.properties)
    const input: UpdateClusterCommandInput = {
      cluster: request.physicalId,
      configuration,
      settings,
      serviceConnectDefaults,
    }
    await request.calls.ecs.updateCluster(input)
    if (
      changed(request, 'CapacityProviders') ||
      changed(request, 'DefaultCapacityProviderStrategy')
    )
      await putCapacityProviders(request, request.physicalId)
    await updateEcsTags(request, text(request.attributes, 'Arn'))
  },
  async delete({ calls, physicalId }) {
    await calls.ecs.deleteCluster({ cluster: physicalId })
  },
}

/** The cluster's properties as `CreateCluster` takes them, without name and tags. */
function clusterInput(properties: Properties): CreateClusterCommandInput {
  const { ClusterSettings, Tags: _tags, ClusterName: _name, ...rest } = properties
  const input: CreateClusterCommandInput = camelCased('AWS::ECS::Cluster', rest)
  const settings = list<{ Name: ClusterSettingName; Value: string }>(properties, 'ClusterSettings')
  if (ClusterSettings === undefined) return input
  return { ...input, settings: settings.map(({ Name, Value }) => ({ name: Name, value: Value })) }
}

async function putCapacityProviders(request: ResourceRequest, name: string): Promise<void> {
  const { capacityProviders, defaultCapacityProviderStrategy } = camelCased(
    'AWS::ECS::Cluster',
    request.properties,
  ) as Partial<PutClusterCapacityProvidersCommandInput>
  await request.calls.ecs.putClusterCapacityProviders({
    cluster: name,
    capacityProviders: capacityProviders ?? [],
    defaultCapacityProviderStrategy: defaultCapacityProviderStrategy ?? [],
  })
}

const capacityProviderAssociations: ResourceHandler = {
  type: 'AWS::ECS::ClusterCapacityProviderAssociations',
  async create(request) {
    const name = text(request.properties, 'Cluster')
    await putCapacityProviders(request, name)
    return { physicalId: name }
  },
  update: (request) => putCapacityProviders(request, request.physicalId),
  delete: (request) => putCapacityProviders({ ...request, properties: {} }, request.physicalId),
}

const taskDefinition: ResourceHandler = {
  type: 'AWS::ECS::TaskDefinition',
  async create(request) {
    const { properties } = request
    const { Tags: _tags, ...rest } = properties
    const input = camelCased(
      'AWS::ECS::TaskDefinition',
      rest,
    ) as Partial<RegisterTaskDefinitionCommandInput>
    const family = optionalText(properties, 'Family') ?? request.generatedName({ maxLength: 255 })
    const { taskDefinition: made } = await request.calls.ecs.registerTaskDefinition({
      ...input,
      family,
      containerDefinitions: input.containerDefinitions ?? [],
      tags: lowerTags(properties),
    })
    const arn = required(made?.taskDefinitionArn, 'taskDefinitionArn')
    return { physicalId: arn, attributes: { TaskDefinitionArn: arn } }
  },
  update: (request) => updateEcsTags(request, request.physicalId),
  async delete({ calls, physicalId }) {
    await calls.ecs.deregisterTaskDefinition({ taskDefinition: physicalId })
  },
}

/** Brings the tags of an ECS resource up to date. */
export async function updateEcsTags(request: UpdateRequest, resourceArn: string): Promise<void> {
  const { set, removed } = tagChanges(tagsOf(request.before), tagsOf(request.properties))
  if (removed.length > 0) await request.calls.ecs.untagResource({ resourceArn, tagKeys: removed })
  if (set.length > 0)
    await request.calls.ecs.tagResource({
      resourceArn,
      tags: set.map(({ Key, Value }) => ({ key: Key, value: Value })),
    })
}

export const ecsHandlers = [cluster, capacityProviderAssociations, taskDefinition]
