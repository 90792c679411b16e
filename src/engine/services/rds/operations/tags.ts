import type {
  AddTagsToResourceCommandInput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RemoveTagsFromResourceCommandInput,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../aws-error.ts'
import type { OperationTable, Output } from '../../service.ts'
import { invalidValue, notFound } from '../errors.ts'
import { tagList, tagsOf, type RdsState } from '../rds-state.ts'

type Tags = Readonly<Record<string, string>>

/** A resource that bears tags. */
interface Tagged {
  readonly tags: Tags
  write(tags: Tags): void
}

export function tagOperations(state: RdsState): OperationTable {
  return {
    ListTagsForResource: (
      input: ListTagsForResourceCommandInput,
    ): Output<ListTagsForResourceCommandOutput> => ({
      TagList: tagList(taggedOf(state, input.ResourceName).tags),
    }),

    AddTagsToResource: (input: AddTagsToResourceCommandInput) => {
      const resource = taggedOf(state, input.ResourceName)
      const tags = { ...resource.tags, ...tagsOf(input.Tags) }
      if (Object.keys(tags).length > 50) {
        throw new AwsError('InvalidParameterValue', 'A resource can have up to 50 tags.')
      }
      resource.write(tags)
      return {}
    },

    RemoveTagsFromResource: (input: RemoveTagsFromResourceCommandInput) => {
      const resource = taggedOf(state, input.ResourceName)
      const left = Object.entries(resource.tags).filter(
        ([key]) => input.TagKeys?.includes(key) !== true,
      )
      resource.write(Object.fromEntries(left))
      return {}
    },
  }
}

function taggedOf(state: RdsState, arn = ''): Tagged {
  const [, region = '', kind = '', name = ''] =
    /^arn:aws:rds:([^:]+):\d+:([^:]+):(.+)$/.exec(arn) ?? []
  const key = `${region}/${name}`
  switch (kind) {
    case 'db':
      return recordIn(state.instances, key) ?? missing('DBInstanceNotFound', arn)
    case 'subgrp':
      return recordIn(state.subnetGroups, key) ?? missing('DBSubnetGroupNotFoundFault', arn)
    case 'pg':
      return recordIn(state.parameterGroups, key) ?? missing('DBParameterGroupNotFound', arn)
    case 'snapshot':
      return recordIn(state.snapshots, key) ?? missing('DBSnapshotNotFound', arn)
    default:
      throw invalidValue(`Invalid resource name: ${arn}`)
  }
}

function missing(code: string, arn: string): never {
  throw notFound(code, `${arn} not found.`)
}

function recordIn<T extends { readonly tags: Tags }>(
  records: { get(key: string): T | undefined; put(key: string, record: T): void },
  key: string,
): Tagged | undefined {
  const record = records.get(key)
  if (record === undefined) return undefined
  return { tags: record.tags, write: (tags) => records.put(key, { ...record, tags }) }
}
