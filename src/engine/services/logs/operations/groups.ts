import type {
  CreateLogGroupCommandInput,
  DeleteLogGroupCommandInput,
  DeleteRetentionPolicyCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  LogGroup,
  PutRetentionPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Call, OperationTable, Output } from '../../service.ts'
import { alreadyExists, invalidParameter } from '../errors.ts'
import type { LogState } from '../log-state.ts'
import { page } from '../page.ts'
import type { LogGroupRecord } from '../records.ts'

const NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/
const RETENTION_DAYS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
])

export function groupOperations(state: LogState): OperationTable {
  return {
    CreateLogGroup: (input: CreateLogGroupCommandInput, call: Call) => {
      const name = input.logGroupName ?? ''
      if (!NAME.test(name)) throw invalidParameter(`Invalid log group name: ${name}`)
      const key = `${call.region}/${name}`
      if (state.groups.has(key)) throw alreadyExists('group')
      state.groups.put(key, {
        name,
        region: call.region,
        arn: `arn:aws:logs:${call.region}:${call.accountId}:log-group:${name}`,
        createdAt: state.now(),
        retentionDays: undefined,
        kmsKeyId: input.kmsKeyId,
        logGroupClass: input.logGroupClass ?? 'STANDARD',
        tags: input.tags ?? {},
      })
      return {}
    },

    DeleteLogGroup: (input: DeleteLogGroupCommandInput, call: Call) => {
      const group = state.group(call.region, input.logGroupName)
      for (const stream of state.streamsOf(call.region, group.name)) {
        state.deleteStream(call.region, stream)
      }
      for (const [key, filter] of state.metricFilters.entries()) {
        if (filter.group === group.name) state.metricFilters.delete(key)
      }
      state.groups.delete(`${call.region}/${group.name}`)
      return {}
    },

    DescribeLogGroups: (
      input: DescribeLogGroupsCommandInput,
      call: Call,
    ): Output<DescribeLogGroupsCommandOutput> => {
      const wanted = [...state.groups.values()]
        .filter(({ region }) => region === call.region)
        .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ''))
        .filter(({ name }) => name.includes(input.logGroupNamePattern ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const { items, nextToken } = page(wanted, input.nextToken, input.limit ?? 50)
      return { logGroups: items.map((group) => describe(state, group)), nextToken }
    },

    PutRetentionPolicy: (input: PutRetentionPolicyCommandInput, call: Call) => {
      const days = input.retentionInDays ?? 0
      if (!RETENTION_DAYS.has(days)) {
        throw invalidParameter(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${[...RETENTION_DAYS].join(', ')}]`,
        )
      }
      setRetention(state, call, { name: input.logGroupName, days })
      return {}
    },

    DeleteRetentionPolicy: (input: DeleteRetentionPolicyCommandInput, call: Call) => {
      setRetention(state, call, { name: input.logGroupName, days: undefined })
      return {}
    },
  }
}

function setRetention(
  state: LogState,
  call: Call,
  { name, days }: { name: string | undefined; days: number | undefined },
): void {
  const group = state.group(call.region, name)
  state.groups.put(`${call.region}/${group.name}`, { ...group, retentionDays: days })
  if (days === undefined) return
  for (const stream of state.streamsOf(call.region, group.name)) {
    state.events.deleteBefore(stream.id, state.oldestShown({ ...group, retentionDays: days }))
  }
}

function describe(state: LogState, group: LogGroupRecord): LogGroup {
  const metricFilters = [...state.metricFilters.values()].filter(
    (filter) => filter.group === group.name,
  )
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    retentionInDays: group.retentionDays,
    metricFilterCount: metricFilters.length,
    // The older form of the ARN ends in ":*".
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    storedBytes: 0,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.logGroupClass,
  }
}
