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
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import type { CloudformationState } from '../cloudformation-state.ts'
import { validationError } from '../errors.ts'
import { importersOf } from '../execute/stack-outputs.ts'
import type { StackRecord } from '../records.ts'
import { findStack, needStack } from './find-stack.ts'
import { pageOf } from './page.ts'
import { eventView, resourceView, stackSummary, stackView } from './stack-views.ts'

const PAGE = 100

export function describeOperations(state: CloudformationState): OperationTable {
  return withState(state, {
    DescribeStacks: describeStacks,
    ListStacks: listStacks,
    DescribeStackEvents: describeStackEvents,
    DescribeStackResource: describeStackResource,
    DescribeStackResources: describeStackResources,
    ListStackResources: listStackResources,
    ListExports: listExports,
    ListImports: listImports,
  })
}

function stacksOf(state: CloudformationState, region: string): StackRecord[] {
  return [...state.records.stacks.values()].filter((stack) => stack.region === region)
}

async function describeStacks(
  state: CloudformationState,
  input: DescribeStacksCommandInput,
  call: Call,
): Promise<Output<DescribeStacksCommandOutput>> {
  if (input.StackName !== undefined)
    return { Stacks: [stackView(needStack(state.records, call.region, input.StackName))] }
  const living = stacksOf(state, call.region).filter(({ status }) => status !== 'DELETE_COMPLETE')
  const { items, ...next } = pageOf(living.toReversed(), input.NextToken, PAGE)
  return { Stacks: items.map(stackView), ...next }
}

async function listStacks(
  state: CloudformationState,
  input: ListStacksCommandInput,
  call: Call,
): Promise<Output<ListStacksCommandOutput>> {
  const wanted: readonly string[] | undefined = input.StackStatusFilter
  const found = stacksOf(state, call.region).filter(
    ({ status }) => wanted === undefined || wanted.length === 0 || wanted.includes(status),
  )
  const { items, ...next } = pageOf(found.toReversed(), input.NextToken, PAGE)
  return { StackSummaries: items.map(stackSummary), ...next }
}

async function describeStackEvents(
  state: CloudformationState,
  input: DescribeStackEventsCommandInput,
  call: Call,
): Promise<Output<DescribeStackEventsCommandOutput>> {
  const stack = findStack(state.records, call.region, input.StackName)
  if (stack === undefined) throw validationError(`Stack [${input.StackName}] does not exist`)
  const newestFirst = state.records.events.of(stack.stackId).toReversed()
  const { items, ...next } = pageOf(newestFirst, input.NextToken, PAGE)
  return { StackEvents: items.map(eventView), ...next }
}

async function describeStackResource(
  state: CloudformationState,
  input: DescribeStackResourceCommandInput,
  call: Call,
): Promise<Output<DescribeStackResourceCommandOutput>> {
  const stack = findStack(state.records, call.region, input.StackName)
  if (stack === undefined) throw validationError(`Stack '${input.StackName}' does not exist`)
  const record = state.records.resources.get(stack.stackId, input.LogicalResourceId ?? '')
  if (record === undefined)
    throw validationError(
      `Resource ${input.LogicalResourceId} does not exist for stack ${stack.stackName}`,
    )
  return { StackResourceDetail: resourceView(stack, record) }
}

async function describeStackResources(
  state: CloudformationState,
  input: DescribeStackResourcesCommandInput,
  call: Call,
): Promise<Output<DescribeStackResourcesCommandOutput>> {
  const stack =
    input.StackName === undefined && input.PhysicalResourceId !== undefined
      ? ownerOf(state, input.PhysicalResourceId, call.region)
      : needStack(state.records, call.region, input.StackName)
  const found = state.records.resources
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

function ownerOf(state: CloudformationState, physicalId: string, region: string): StackRecord {
  const owner = stacksOf(state, region).find(({ stackId }) =>
    state.records.resources.of(stackId).some((record) => record.physicalId === physicalId),
  )
  if (owner === undefined) throw validationError(`Stack for ${physicalId} does not exist`)
  return owner
}

async function listStackResources(
  state: CloudformationState,
  input: ListStackResourcesCommandInput,
  call: Call,
): Promise<Output<ListStackResourcesCommandOutput>> {
  const stack = needStack(state.records, call.region, input.StackName)
  const { items, ...next } = pageOf(
    state.records.resources.of(stack.stackId),
    input.NextToken,
    PAGE,
  )
  const summaries = items.map((record) => {
    const { Metadata: _, StackId: _id, StackName: _name, ...view } = resourceView(stack, record)
    return view
  })
  return { StackResourceSummaries: summaries, ...next }
}

async function listExports(
  state: CloudformationState,
  input: ListExportsCommandInput,
  call: Call,
): Promise<Output<ListExportsCommandOutput>> {
  const all = stacksOf(state, call.region).flatMap(({ stackId, outputs }) =>
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
  state: CloudformationState,
  input: ListImportsCommandInput,
  call: Call,
): Promise<Output<ListImportsCommandOutput>> {
  const users = importersOf(input.ExportName ?? '', stacksOf(state, call.region))
  if (users.length === 0)
    throw validationError(`Export '${input.ExportName}' is not imported by any stack.`)
  const { items, ...next } = pageOf(users, input.NextToken, PAGE)
  return { Imports: items, ...next }
}
