import type {
  CreateTagsCommandInput,
  DeleteTagsCommandInput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  ResourceType,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { paginate } from '../describe.ts'
import type { Ec2State } from '../ec2-state.ts'
import { invalidParameter, notFound } from '../errors.ts'

const MAX_TAGS = 50

export function tagOperations(state: Ec2State): OperationTable {
  return {
    CreateTags: (input: CreateTagsCommandInput, call: Call) => {
      const added = Object.fromEntries(
        (input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']),
      )
      const reserved = Object.keys(added).find((key) => key.startsWith('aws:'))
      if (reserved !== undefined && !call.principalArn.startsWith('arn:aws:iam::aws:')) {
        throw invalidParameter(
          `Tag keys starting with 'aws:' are reserved for internal use: ${reserved}`,
        )
      }
      const changes = (input.Resources ?? []).map((id) => {
        checkResource(state, call.region, id)
        const tags = { ...state.tagsOf(call.region, id), ...added }
        if (Object.keys(tags).length > MAX_TAGS) {
          throw new AwsError('TagLimitExceeded', 'More than 50 tags specified')
        }
        return { id, tags }
      })
      for (const { id, tags } of changes) state.setTags(call.region, id, tags)
      return {}
    },

    DeleteTags: (input: DeleteTagsCommandInput, call: Call) => {
      for (const id of input.Resources ?? []) {
        checkResource(state, call.region, id)
        const left = Object.entries(state.tagsOf(call.region, id)).filter(([key, value]) => {
          const wanted = input.Tags?.find((tag) => tag.Key === key)
          if (input.Tags === undefined) return key.startsWith('aws:')
          return wanted === undefined || (wanted.Value !== undefined && wanted.Value !== value)
        })
        state.setTags(call.region, id, Object.fromEntries(left))
      }
      return {}
    },

    DescribeTags: (
      input: DescribeTagsCommandInput,
      call: Call,
    ): Output<DescribeTagsCommandOutput> => {
      const all = state.tagged(call.region).flatMap(({ id, tags }) =>
        Object.entries(tags).map(([Key, Value]) => ({
          ResourceId: id,
          ResourceType: state.resourceType(call.region, id) as ResourceType,
          Key,
          Value,
        })),
      )
      const found = all.filter((tag) =>
        (input.Filters ?? []).every(({ Name = '', Values = [] }) => {
          if (Name === 'resource-id') return Values.includes(tag.ResourceId)
          if (Name === 'resource-type') return Values.includes(tag.ResourceType)
          if (Name === 'key') return Values.includes(tag.Key)
          if (Name === 'value') return Values.includes(tag.Value)
          if (Name.startsWith('tag:')) {
            return Name.slice(4) === tag.Key && Values.includes(tag.Value)
          }
          throw invalidParameter(`The filter '${Name}' is invalid`)
        }),
      )
      const page = paginate(found, { maxResults: input.MaxResults, nextToken: input.NextToken })
      return { Tags: page.items, NextToken: page.nextToken }
    },
  }
}

function checkResource(state: Ec2State, region: string, id: string): void {
  if (state.resourceType(region, id) === undefined) {
    throw notFound(id.slice(0, Math.max(0, id.indexOf('-'))), id)
  }
}
