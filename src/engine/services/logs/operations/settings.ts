import type {
  AssociateKmsKeyCommandInput,
  DeleteMetricFilterCommandInput,
  DescribeMetricFiltersCommandInput,
  DescribeMetricFiltersCommandOutput,
  DisassociateKmsKeyCommandInput,
  ListTagsForResourceCommandInput,
  ListTagsLogGroupCommandInput,
  PutMetricFilterCommandInput,
  TagLogGroupCommandInput,
  TagResourceCommandInput,
  UntagLogGroupCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter } from '../errors.ts'
import { filterPattern } from '../filter-pattern.ts'
import type { LogState } from '../log-state.ts'
import { page } from '../page.ts'
import type { LogGroupRecord } from '../records.ts'

/** Tags, encryption keys and metric filters of log groups. */
export function settingOperations(state: LogState): OperationTable {
  const change = (
    call: Call,
    name: string | undefined,
    edit: (group: LogGroupRecord) => Partial<LogGroupRecord>,
  ): object => {
    const group = state.groupByIdentifier(call.region, name, undefined)
    state.groups.put(`${call.region}/${group.name}`, { ...group, ...edit(group) })
    return {}
  }
  const tag = (call: Call, name: string | undefined, tags: Record<string, string> = {}): object =>
    change(call, name, (group) => ({ tags: { ...group.tags, ...tags } }))
  const untag = (call: Call, name: string | undefined, keys: readonly string[] = []): object =>
    change(call, name, (group) => ({
      tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))),
    }))
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) =>
      tag(call, input.resourceArn, input.tags),
    UntagResource: (input: UntagResourceCommandInput, call: Call) =>
      untag(call, input.resourceArn, input.tagKeys),
    ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
      tags: state.groupByIdentifier(call.region, input.resourceArn, undefined).tags,
    }),
    TagLogGroup: (input: TagLogGroupCommandInput, call: Call) =>
      tag(call, input.logGroupName, input.tags),
    UntagLogGroup: (input: UntagLogGroupCommandInput, call: Call) =>
      untag(call, input.logGroupName, input.tags),
    ListTagsLogGroup: (input: ListTagsLogGroupCommandInput, call: Call) => ({
      tags: state.group(call.region, input.logGroupName).tags,
    }),
    AssociateKmsKey: (input: AssociateKmsKeyCommandInput, call: Call) =>
      change(call, input.logGroupName ?? input.resourceIdentifier, () => ({
        kmsKeyId: input.kmsKeyId,
      })),
    DisassociateKmsKey: (input: DisassociateKmsKeyCommandInput, call: Call) =>
      change(call, input.logGroupName ?? input.resourceIdentifier, () => ({ kmsKeyId: undefined })),
    ...metricFilterOperations(state),
  }
}

function metricFilterOperations(state: LogState): OperationTable {
  const keyOf = (call: Call, group: string, name: string | undefined): string =>
    `${call.region}/${group}:${name ?? ''}`
  return {
    PutMetricFilter: (input: PutMetricFilterCommandInput, call: Call) => {
      const group = state.group(call.region, input.logGroupName)
      filterPattern(input.filterPattern)
      const [first] = input.metricTransformations ?? []
      if (first === undefined) throw invalidParameter('A metric transformation is required.')
      state.metricFilters.put(keyOf(call, group.name, input.filterName), {
        group: group.name,
        name: input.filterName ?? '',
        pattern: input.filterPattern ?? '',
        createdAt: state.now(),
        transformations: (input.metricTransformations ?? []).map((transformation) => ({
          metricName: transformation.metricName ?? '',
          metricNamespace: transformation.metricNamespace ?? '',
          metricValue: transformation.metricValue ?? '1',
          defaultValue: transformation.defaultValue,
          unit: transformation.unit,
        })),
      })
      return {}
    },
    DescribeMetricFilters: (
      input: DescribeMetricFiltersCommandInput,
      call: Call,
    ): Output<DescribeMetricFiltersCommandOutput> => {
      const found = [...state.metricFilters.entries()]
        .filter(([key]) => key.startsWith(`${call.region}/`))
        .map(([, filter]) => filter)
        .filter(({ group }) => (input.logGroupName ?? group) === group)
        .filter(({ name }) => name.startsWith(input.filterNamePrefix ?? ''))
      const { items, nextToken } = page(found, input.nextToken, input.limit ?? 50)
      return {
        nextToken,
        metricFilters: items.map((filter) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          logGroupName: filter.group,
          creationTime: filter.createdAt,
          metricTransformations: filter.transformations.map(({ unit: _unit, ...rest }) => rest),
        })),
      }
    },
    DeleteMetricFilter: (input: DeleteMetricFilterCommandInput, call: Call) => {
      const group = state.group(call.region, input.logGroupName)
      if (!state.metricFilters.delete(keyOf(call, group.name, input.filterName))) {
        throw new AwsError(
          'ResourceNotFoundException',
          'The specified metric filter does not exist.',
        )
      }
      return {}
    },
  }
}
