import type {
  AddTagsCommandInput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  RemoveTagsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Call, OperationTable, Output } from '../../service.ts'
import { validationError } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import type { ListenerRecord, Values } from '../records.ts'
import { tagList, withTags } from '../tags.ts'

/** Where a listener answers on this machine: a tag that nobody sets and everybody reads. */
const URL_TAG = 'longshore:url'

export function tagOperations(balancing: LoadBalancing): OperationTable {
  return {
    AddTags: (input: AddTagsCommandInput, call: Call) => {
      for (const arn of input.ResourceArns ?? []) {
        const resource = taggable(balancing, call.region, arn)
        resource.set(withTags(resource.tags, input.Tags))
      }
      return {}
    },

    RemoveTags: (input: RemoveTagsCommandInput, call: Call) => {
      const removed = new Set(input.TagKeys ?? [])
      for (const arn of input.ResourceArns ?? []) {
        const { tags, set } = taggable(balancing, call.region, arn)
        set(Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))))
      }
      return {}
    },

    DescribeTags: (
      input: DescribeTagsCommandInput,
      call: Call,
    ): Output<DescribeTagsCommandOutput> => {
      const arns = input.ResourceArns ?? []
      if (arns.length > 20) throw validationError('You can describe the tags of up to 20 resources')
      return {
        TagDescriptions: arns.map((arn) => {
          const { tags, computed } = taggable(balancing, call.region, arn)
          return { ResourceArn: arn, Tags: tagList({ ...tags, ...computed }) }
        }),
      }
    },
  }
}

interface Taggable {
  readonly tags: Values
  /** Tags that follow from the resource's state. */
  readonly computed: Values
  readonly set: (tags: Values) => void
}

function taggable({ state }: LoadBalancing, region: string, arn: string): Taggable {
  if (arn.includes(':listener-rule/')) {
    const listener = state.in(state.listeners, region).find((each) => each.defaultRuleArn === arn)
    // The default rule of a listener has no tags of its own here.
    if (listener !== undefined) return { tags: {}, computed: {}, set: () => {} }
    const record = state.rule(region, arn)
    return plain(record.tags, (tags) => state.put(state.rules, { ...record, tags }))
  }
  if (arn.includes(':listener/')) {
    const record = state.listener(region, arn)
    return {
      tags: record.tags,
      computed: urlTag(record),
      set: (tags) => {
        state.put(state.listeners, { ...state.listener(region, arn), tags })
      },
    }
  }
  if (arn.includes(':targetgroup/')) {
    const record = state.targetGroup(region, arn)
    return plain(record.tags, (tags) => state.put(state.targetGroups, { ...record, tags }))
  }
  const record = state.loadBalancer(region, arn)
  return plain(record.tags, (tags) => state.put(state.loadBalancers, { ...record, tags }))
}

function plain(tags: Values, put: (tags: Values) => unknown): Taggable {
  return {
    tags,
    computed: {},
    set: (next) => {
      put(next)
    },
  }
}

function urlTag({ protocol, localPort }: ListenerRecord): Values {
  if (localPort === undefined) return {}
  return { [URL_TAG]: `${protocol.toLowerCase()}://127.0.0.1:${localPort}` }
}
