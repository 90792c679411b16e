import type { PutParameterCommandInput } from '@aws-sdk/client-ssm'
import type { Attributes, ResourceHandler, ResourceRequest } from './handler.ts'
import { optionalText, part, text } from './properties.ts'
import { isOwn, tagChanges, tagsOfMap } from './tags.ts'

export const ssmParameter: ResourceHandler = {
  type: 'AWS::SSM::Parameter',
  async create(request) {
    const Name = nameOf(request)
    await request.calls.ssm.putParameter({
      ...parameter(request, Name),
      Tags: tagsOfMap(request.properties),
    })
    return { physicalId: Name, attributes: parameterAttributes(request, Name) }
  },
  async find(request) {
    const Name = nameOf(request)
    const { TagList } = await request.calls.ssm.listTagsForResource({
      ResourceType: 'Parameter',
      ResourceId: Name,
    })
    return isOwn(request, TagList)
      ? { physicalId: Name, attributes: parameterAttributes(request, Name) }
      : undefined
  },
  async update(request) {
    const { calls, physicalId, before, properties } = request
    await calls.ssm.putParameter({ ...parameter(request, physicalId), Overwrite: true })
    const { set, removed } = tagChanges(tagsOfMap(before), tagsOfMap(properties))
    const resource = { ResourceType: 'Parameter', ResourceId: physicalId } as const
    if (removed.length > 0)
      await calls.ssm.removeTagsFromResource({ ...resource, TagKeys: removed })
    if (set.length > 0) await calls.ssm.addTagsToResource({ ...resource, Tags: set })
    return parameterAttributes(request, physicalId)
  },
  async delete({ calls, physicalId }) {
    await calls.ssm.deleteParameter({ Name: physicalId })
  },
}

function nameOf(request: ResourceRequest): string {
  return (
    optionalText(request.properties, 'Name') ?? `CFN-${request.generatedName({ maxLength: 500 })}`
  )
}

function parameter({ properties }: ResourceRequest, Name: string): PutParameterCommandInput {
  return {
    ...part<PutParameterCommandInput>(properties, [
      'AllowedPattern',
      'DataType',
      'Description',
      'Policies',
      'Tier',
      'Type',
    ]),
    Name,
    Value: text(properties, 'Value'),
  }
}

function parameterAttributes({ properties, region, accountId }: ResourceRequest, name: string) {
  const path = name.startsWith('/') ? name : `/${name}`
  return {
    Type: text(properties, 'Type'),
    Value: text(properties, 'Value'),
    Arn: `arn:aws:ssm:${region}:${accountId}:parameter${path}`,
  } satisfies Attributes
}
