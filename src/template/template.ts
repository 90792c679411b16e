import { LongshoreError } from '../base/errors.ts'
import type { TransformableTemplate } from '../system/definition.ts'
import type { SystemModel } from '../system/system-model.ts'
import type { Resource, Resources, Template } from './cloudformation.ts'
import { describe } from './describe.ts'
import { serviceIds } from './logical-ids.ts'
import { outputsOf } from './outputs.ts'
import {
  databaseAlarmResources,
  serviceAlarmResources,
  topicResources,
} from './resources/alarms.ts'
import { clusterResources } from './resources/cluster.ts'
import { databaseResources } from './resources/database.ts'
import { loadBalancerResources } from './resources/load-balancer.ts'
import { logGroupResources } from './resources/log-groups.ts'
import { networkResources } from './resources/network.ts'
import { type Images, oneOffResources } from './resources/one-offs.ts'
import { roleResources } from './resources/roles.ts'
import { scalingResources } from './resources/scaling.ts'
import { secretResources } from './resources/secrets.ts'
import { securityGroupResources } from './resources/security-groups.ts'
import { serviceResource } from './resources/service.ts'
import { targetGroupResources } from './resources/target-groups.ts'
import { taskDefinition } from './resources/task-definition.ts'

export type { Template } from './cloudformation.ts'

/**
 * The whole system as one CloudFormation template. `images` tells the digests that one-off commands
 * are run for; without them the template is whole, and its one-offs are those of no image.
 */
export function toTemplate(model: SystemModel, images: Images): Template {
  const metadata = describe(model, images)
  const parameters = Object.keys(metadata.images).map((name) => [
    name,
    {
      Type: 'String',
      Description: `Image of ${metadata.images[name]?.context ?? name}, by digest`,
    },
  ])
  const template: Template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `${model.name} (${model.environment}), by Longshore`,
    Metadata: { Longshore: metadata },
    ...(parameters.length === 0 ? {} : { Parameters: Object.fromEntries(parameters) }),
    Resources: resourcesOf(model, images),
    Outputs: outputsOf(model),
  }
  return transformed(template, model)
}

function resourcesOf(model: SystemModel, images: Images): Resources {
  return merged([
    networkResources(model),
    securityGroupResources(model),
    ...model.secrets.map(secretResources),
    ...model.databases.map((database) => databaseResources(database, model)),
    clusterResources(model),
    ...model.loadBalancers.map((balancer) => loadBalancerResources(balancer, model)),
    ...model.services.flatMap((service) => [
      logGroupResources(service),
      roleResources(service, model),
      { [serviceIds(service.name).taskDefinition]: taskDefinition(service) },
      oneOffResources(service, model, images),
      targetGroupResources(service, model),
      { [serviceIds(service.name).service]: serviceResource(service, model, images) },
      scalingResources(service, model),
    ]),
    topicResources(model),
    ...model.services.map((service) => serviceAlarmResources(service, model)),
    ...model.databases.map((database) => databaseAlarmResources(database, model)),
    model.raw,
  ])
}

/** One set of resources; two of one logical id would silently be one. */
function merged(parts: readonly Resources[]): Resources {
  const all: Record<string, Resource> = {}
  for (const [id, resource] of parts.flatMap((part) => Object.entries(part))) {
    if (Object.hasOwn(all, id)) {
      throw new LongshoreError(
        'logical-id-clash',
        `two resources would have the logical id ${id}: ${all[id]?.Type} and ${resource.Type}`,
        { place: id, next: 'Rename one of the things in the definition.', exitCode: 2 },
      )
    }
    all[id] = resource
  }
  return all
}

/** The user's last word; it may change the template in place, or return another. */
function transformed(template: Template, { transform }: SystemModel): Template {
  if (transform === undefined) return template
  const copy: TransformableTemplate = JSON.parse(JSON.stringify(template))
  return (transform(copy) ?? copy) as Template
}
