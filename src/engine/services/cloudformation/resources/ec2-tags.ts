import type { ResourceType } from '@aws-sdk/client-ec2'
import type { Created, ResourceRequest, UpdateRequest } from './handler.ts'
import { tagChanges, tagsOf } from './tags.ts'

/** The tags of a new EC2 resource as its creating operation takes them. */
export function tagSpecifications(resourceType: ResourceType, { properties }: ResourceRequest) {
  return { TagSpecifications: [{ ResourceType: resourceType, Tags: tagsOf(properties) }] }
}

/** Brings the tags of an EC2 resource up to date. */
export async function updateTags(request: UpdateRequest, resourceId: string): Promise<void> {
  const { set, removed } = tagChanges(tagsOf(request.before), tagsOf(request.properties))
  if (removed.length > 0)
    await request.calls.ec2.deleteTags({
      Resources: [resourceId],
      Tags: removed.map((Key) => ({ Key })),
    })
  if (set.length > 0) await request.calls.ec2.createTags({ Resources: [resourceId], Tags: set })
}

/** The EC2 resource that an interrupted creation tagged as this stack's. */
export async function findTagged(
  request: ResourceRequest,
  resourceType: ResourceType,
): Promise<Created | undefined> {
  const tagged = async (key: string, value: string): Promise<string[]> => {
    const { Tags = [] } = await request.calls.ec2.describeTags({
      Filters: [
        { Name: 'key', Values: [key] },
        { Name: 'value', Values: [value] },
        { Name: 'resource-type', Values: [resourceType] },
      ],
    })
    return Tags.flatMap(({ ResourceId }) => (ResourceId === undefined ? [] : [ResourceId]))
  }
  const ofStack = new Set(await tagged('aws:cloudformation:stack-id', request.stackId))
  const ofResource = await tagged('aws:cloudformation:logical-id', request.logicalId)
  const found = ofResource.find((id) => ofStack.has(id) && !request.known.includes(id))
  return found === undefined ? undefined : { physicalId: found }
}
