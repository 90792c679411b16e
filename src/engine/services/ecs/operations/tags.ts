import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-ecs'
import { parseArn } from '../../../../aws/arn.ts'
import type { Collection } from '../../../store/store.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, tagList, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'

type Tags = Readonly<Record<string, string>>

/** Tags of every kind of resource. */
export function tagOperations(state: EcsState): OperationTable {
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) => {
      const { tags, put } = tagged(state, call, input.resourceArn)
      put({ ...tags, ...tagRecord(input.tags) })
      return {}
    },
    UntagResource: (input: UntagResourceCommandInput, call: Call) => {
      const { tags, put } = tagged(state, call, input.resourceArn)
      put(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.tagKeys?.includes(key))))
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
      tags: tagList(tagged(state, call, input.resourceArn).tags),
    }),
  }
}

function tagged(state: EcsState, call: Call, arn: string | undefined) {
  const resource = parseArn(arn ?? '')?.resource ?? ''
  const [kind, ...path] = resource.split('/')
  const key = `${call.region}/${path.join('/')}`
  switch (kind) {
    case 'cluster':
      return inCollection(state.clusters, key)
    case 'service':
      return inCollection(state.services, key)
    case 'task':
      return inCollection(state.tasks, key)
    case 'task-definition':
      return inCollection(state.taskDefinitions, key)
    default:
      throw notFound()
  }
}

function inCollection<T extends { readonly tags: Tags }>(collection: Collection<T>, key: string) {
  const record = collection.get(key)
  if (record === undefined) throw notFound()
  return {
    tags: record.tags,
    put: (tags: Tags): void => collection.put(key, { ...record, tags }),
  }
}

function notFound() {
  return invalidParameter(
    'The specified resource was not found. Specify a valid ARN and try again.',
  )
}
