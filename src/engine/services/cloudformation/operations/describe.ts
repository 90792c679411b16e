import type {
  DescribeStackEventsCommandInput,
  DescribeStackEventsCommandOutput,
  DescribeStackResourceCommandInput,
  DescribeStackResourceCommandOutput,
  DescribeStackResourcesCommandInput,
  DescribeStackResourcesCommandOutput,
  DescribeStacksCommandInput,
  DescribeStacksCommandOutput,
  ListExportsCommandInput,
  ListExportsCommandOutput,
  ListImportsCommandInput,
  ListImportsCommandOutput,
  ListStackResourcesCommandInput,
  ListStackResourcesCommandOutput,
  ListStacksCommandInput,
  ListStacksCommandOutput,
} from '@aws-sdk/client-cloudformation'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { validationError } from '../errors.ts'
import { importersOf } from '../execute/stack-outputs.ts'
import type { StackRecord } from '../records.ts'
import { findStack, needStack } from './find-stack.ts'
import { pageOf } from './page.ts'
import { eventView, resourceView, stackSummary, stackView } from './stack-views.ts'

const PAGE = 100

export function describeOperations({ records }: CloudformationState): OperationTable {
  const stacksOf = (region: string): StackRecord[] =>
    [...records.stacks.values()].filter((stack) => stack.region === region)

  async function describeStacks(
    input: DescribeStacksCommandInput,
    call: Call,
  ): Promise<Output<DescribeStacksCommandOutput>> {
    if (input.StackName !== undefined)
      return { Stacks: [stackView(needStack(records, call.region, input.StackName))] }
    const living = stacksOf(call.region).filter(({ status }) => status !== 'DELETE_COMPLETE')
    const { items, ...next } = pageOf(living.toReversed(), input.NextToken, PAGE)
    return { Stacks: items.map(stackView), ...next }
  }

  async function listStacks(
    input: ListStacksCommandInput,
    call: Call,
  ): Promise<Output<ListStacksCommandOutput>> {
    const wanted: readonly string[] | undefined = input.StackStatusFilter
    const found = stacksOf(call.region).filter(
      ({ status }) => wanted === undefined || wanted.length === 0 || wanted.includes(status),
    )
    const { items, ...next } = pageOf(found.toReversed(), input.NextToken, PAGE)
    return { StackSummaries: items.map(stackSummary), ...next }
  }

  async function describeStackEvents(
    input: DescribeStackEventsCommandInput,
    call: Call,
  ): Promise<Output<DescribeStackEventsCommandOutput>> {
    const stack = findStack(records, call.region, input.StackName)
    if (stack === undefined) throw validationError(`Stack [${input.StackName}] does not exist`)
    const newestFirst = records.events.of(stack.stackId).toReversed()
    const { items, ...next } = pageOf(newestFirst, input.NextToken, PAGE)
    return { StackEvents: items.map(eventView), ...next }
  }

  async function describeStackResource(
    input: DescribeStackResourceCommandInput,
    call: Call,
  ): Promise<Output<DescribeStackResourceCommandOutput>> {
    const stack = findStack(records, call.region, input.StackName)
    if (stack === undefined) throw validationError(`Stack '${input.StackName}' does not exist`)
    const record = records.resources.get(stack.stackId, input.LogicalResourceId ?? '')
    if (record === undefined)
      throw validationError(
        `Resource ${input.LogicalResourceId} does not exist for stack ${stack.stackName}`,
      )
    return { StackResourceDetail: resourceView(stack, record) }
  }

  async function describeStackResources(
    input: DescribeStackResourcesCommandInput,
    call: Call,
  ): Promise<Output<DescribeStackResourcesCommandOutput>> {
    const stack =
      input.StackName === undefined && input.PhysicalResourceId !== undefined
        ? ownerOf(input.PhysicalResourceId, call.region)
        : needStack(records, call.region, input.StackName)
    const found = records.resources
      .of(stack.stackId)
      .filter(
        ({ logicalId }) =>
          input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
      )
    return {
      StackResources: found.slice(0, PAGE).map((record) => {
        const { LastUpdatedTimestamp, Metadata: _, ...view } = resourceView(stack, record)
        return { ...view, Timestamp: LastUpdatedTimestamp }
      }),
    }
  }

  function ownerOf(physicalId: string, region: string): StackRecord {
    const owner = stacksOf(region).find(({ stackId }) =>
      records.resources.of(stackId).some((record) => record.physicalId === physicalId),
    )
    if (owner === undefined) throw validationError(`Stack for ${physicalId} does not exist`)
    return owner
  }

  async function listStackResources(
    input: ListStackResourcesCommandInput,
    call: Call,
  ): Promise<Output<ListStackResourcesCommandOutput>> {
    const stack = needStack(records, call.region, input.StackName)
    const { items, ...next } = pageOf(records.resources.of(stack.stackId), input.NextToken, PAGE)
    const summaries = items.map((record) => {
      const { Metadata: _, StackId: _id, StackName: _name, ...view } = resourceView(stack, record)
      return view
    })
    return { StackResourceSummaries: summaries, ...next }
  }

  async function listExports(
    input: ListExportsCommandInput,
    call: Call,
  ): Promise<Output<ListExportsCommandOutput>> {
    const all = stacksOf(call.region).flatMap(({ stackId, outputs }) =>
      outputs.flatMap(({ exportName, value }) =>
        exportName === undefined
          ? []
          : [{ ExportingStackId: stackId, Name: exportName, Value: value }],
      ),
    )
    const { items, ...next } = pageOf(all, input.NextToken, PAGE)
    return { Exports: items, ...next }
  }

  async function listImports(
    input: ListImportsCommandInput,
    call: Call,
  ): Promise<Output<ListImportsCommandOutput>> {
    const users = importersOf(input.ExportName ?? '', stacksOf(call.region))
    if (users.length === 0)
      throw validationError(`Export '${input.ExportName}' is not imported by any stack.`)
    const { items, ...next } = pageOf(users, input.NextToken, PAGE)
    return { Imports: items, ...next }
  }

  return {
    DescribeStacks: describeStacks,
    ListStacks: listStacks,
    DescribeStackEvents: describeStackEvents,
    DescribeStackResource: describeStackResource,
    DescribeStackResources: describeStackResources,
    ListStackResources: listStackResources,
    ListExports: listExports,
    ListImports: listImports,
  }
}
