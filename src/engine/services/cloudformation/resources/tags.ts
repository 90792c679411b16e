import type { Properties } from './handler.ts'
import { group, list } from './properties.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export function tagsOf(properties: Properties): Tag[] {
  return list<{ Key: string; Value?: string }>(properties, 'Tags').map(({ Key, Value = '' }) => ({
    Key,
    Value,
  }))
}

/** Tags in the spelling of ECS. */
export function lowerTags(properties: Properties): { key: string; value: string }[] {
  return tagsOf(properties).map(({ Key, Value }) => ({ key: Key, value: Value }))
}

/** Tags as one map, as CloudWatch Logs takes them. */
export function tagMap(properties: Properties): Record<string, string> {
  return Object.fromEntries(tagsOf(properties).map(({ Key, Value }) => [Key, Value]))
}

/** Tags of a type whose property is a map, such as `AWS::SSM::Parameter`. */
export function tagsOfMap(properties: Properties): Tag[] {
  return Object.entries(group(properties, 'Tags')).map(([Key, Value]) => ({
    Key,
    Value: String(Value),
  }))
}

/** Whether tags say that a resource is this very one: an interrupted creation made it. */
export function isOwn(
  { stackId, logicalId }: { stackId: string; logicalId: string },
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): boolean {
  const has = (key: string, value: string): boolean =>
    tags?.some(({ Key, Value }) => Key === key && Value === value) === true
  return (
    has('aws:cloudformation:stack-id', stackId) && has('aws:cloudformation:logical-id', logicalId)
  )
}

/** What to set and what to take away to get from one set of tags to another. */
export function tagChanges(
  before: readonly Tag[],
  after: readonly Tag[],
): { set: Tag[]; removed: string[] } {
  const old = new Map(before.map(({ Key, Value }) => [Key, Value]))
  const wanted = new Set(after.map(({ Key }) => Key))
  return {
    set: after.filter(({ Key, Value }) => old.get(Key) !== Value),
    removed: [...old.keys()].filter((key) => !wanted.has(key)),
  }
}
