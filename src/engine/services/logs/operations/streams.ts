import type {
  CreateLogStreamCommandInput,
  DeleteLogStreamCommandInput,
  DescribeLogStreamsCommandInput,
  DescribeLogStreamsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Call, OperationTable, Output } from '../../service.ts'
import { alreadyExists, invalidParameter } from '../errors.ts'
import type { LogState } from '../log-state.ts'
import { page } from '../page.ts'
import type { LogStreamRecord } from '../records.ts'

const NAME = /^[^:*]{1,512}$/

export function streamOperations(state: LogState): OperationTable {
  return {
    CreateLogStream: (input: CreateLogStreamCommandInput, call: Call) => {
      const group = state.group(call.region, input.logGroupName)
      const name = input.logStreamName ?? ''
      if (!NAME.test(name)) throw invalidParameter(`Invalid log stream name: ${name}`)
      const known = state.streamsOf(call.region, group.name).some((stream) => stream.name === name)
      if (known) throw alreadyExists('stream')
      state.putStream(call.region, {
        id: state.nextStreamId(),
        group: group.name,
        name,
        arn: `${group.arn}:log-stream:${name}`,
        createdAt: state.now(),
        firstEventAt: undefined,
        lastEventAt: undefined,
        lastIngestedAt: undefined,
      })
      return {}
    },

    DeleteLogStream: (input: DeleteLogStreamCommandInput, call: Call) => {
      const group = state.group(call.region, input.logGroupName)
      state.deleteStream(call.region, state.stream(call.region, group.name, input.logStreamName))
      return {}
    },

    DescribeLogStreams: (
      input: DescribeLogStreamsCommandInput,
      call: Call,
    ): Output<DescribeLogStreamsCommandOutput> => {
      const group = state.groupByIdentifier(
        call.region,
        input.logGroupName,
        input.logGroupIdentifier,
      )
      const byTime = input.orderBy === 'LastEventTime'
      if (byTime && input.logStreamNamePrefix !== undefined) {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.')
      }
      const found = state
        .streamsOf(call.region, group.name)
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort((a, b) =>
          byTime ? (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0) : a.name < b.name ? -1 : 1,
        )
      if (input.descending === true) found.reverse()
      const { items, nextToken } = page(found, input.nextToken, input.limit ?? 50)
      return { logStreams: items.map(describe), nextToken }
    },
  }
}

function describe(stream: LogStreamRecord) {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    firstEventTimestamp: stream.firstEventAt,
    lastEventTimestamp: stream.lastEventAt,
    lastIngestionTime: stream.lastIngestedAt,
    uploadSequenceToken: String(stream.id).padStart(56, '0'),
    arn: stream.arn,
    storedBytes: 0,
  }
}
