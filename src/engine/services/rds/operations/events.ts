import type {
  DescribeEventsCommandInput,
  DescribeEventsCommandOutput,
  SourceType,
} from '@aws-sdk/client-rds'
import type { Call, OperationTable, Output } from '../../service.ts'
import { page } from '../page.ts'
import type { RdsState } from '../rds-state.ts'

const DEFAULT_MINUTES = 60
const MINUTE_MS = 60_000

export function eventOperations(state: RdsState): OperationTable {
  return {
    DescribeEvents: (
      input: DescribeEventsCommandInput,
      call: Call,
    ): Output<DescribeEventsCommandOutput> => {
      const until = input.EndTime?.getTime() ?? state.now()
      const minutes = input.Duration ?? DEFAULT_MINUTES
      const since = input.StartTime?.getTime() ?? until - minutes * MINUTE_MS
      const found = [...state.events.values()].filter(
        (event) =>
          event.region === call.region &&
          event.at >= since &&
          event.at <= until &&
          (input.SourceIdentifier === undefined || input.SourceIdentifier === event.sourceId) &&
          (input.SourceType === undefined || input.SourceType === event.sourceType) &&
          (input.EventCategories ?? event.categories).some((name) =>
            event.categories.includes(name),
          ),
      )
      const { items, Marker } = page(found, input)
      return {
        Marker,
        Events: items.map((event) => ({
          SourceIdentifier: event.sourceId,
          SourceType: event.sourceType as SourceType,
          SourceArn: event.sourceArn,
          Message: event.message,
          EventCategories: [...event.categories],
          Date: new Date(event.at),
        })),
      }
    },
  }
}
