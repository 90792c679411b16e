import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmHistoryCommandOutput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricCommandOutput,
  DisableAlarmActionsCommandInput,
  EnableAlarmActionsCommandInput,
  ListTagsForResourceCommandInput,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  SetAlarmStateCommandInput,
  StandardUnit,
  Statistic,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../aws-error.ts'
import type { Call, EngineContext, OperationTable, Output } from '../../service.ts'
import type { AlarmBook } from '../alarms/alarm-book.ts'
import type { MissingData } from '../alarms/evaluate.ts'
import { compileExpression } from '../metrics/expression.ts'
import { periodOf } from '../metrics/query.ts'
import { isStatistic } from '../metrics/statistics.ts'
import type { AlarmRecord } from '../records.ts'

const PAGE = 50
const DAY_SECONDS = 86_400

export function alarmOperations(context: EngineContext, book: AlarmBook): OperationTable {
  const must = (call: Call, name: string | undefined): AlarmRecord => {
    const alarm = book.get(call.region, name ?? '')
    if (alarm === undefined)
      throw new AwsError('ResourceNotFound', 'Unknown alarm', { status: 404 })
    return alarm
  }
  return {
    PutMetricAlarm: (input: PutMetricAlarmCommandInput, call: Call) => {
      const known = book.get(call.region, input.AlarmName ?? '')
      book.put(alarmOf(context, input, { call, known }))
      book.record({
        alarm: input.AlarmName ?? '',
        region: call.region,
        type: 'ConfigurationUpdate',
        summary: `Alarm "${input.AlarmName ?? ''}" ${known ? 'updated' : 'created'}`,
        data: '{}',
      })
      return {}
    },
    DescribeAlarms: (
      input: DescribeAlarmsCommandInput,
      call: Call,
    ): Output<DescribeAlarmsCommandOutput> => {
      const names = input.AlarmNames
      const found = book
        .in(call.region)
        .filter(({ name }) => names === undefined || names.includes(name))
        .filter(({ name }) => name.startsWith(input.AlarmNamePrefix ?? ''))
        .filter(({ state }) => (input.StateValue ?? state) === state)
        .filter(
          ({ actions }) =>
            input.ActionPrefix === undefined ||
            Object.values(actions)
              .flat()
              .some((arn) => arn.startsWith(input.ActionPrefix ?? '')),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const start = Number(input.NextToken ?? 0)
      const end = start + (input.MaxRecords ?? PAGE)
      return {
        MetricAlarms: found.slice(start, end).map(describe),
        CompositeAlarms: [],
        ...(end < found.length ? { NextToken: String(end) } : {}),
      }
    },
    ...historyOperations(book),
    ...changeOperations(book, must),
    ...tagOperations(book),
  }
}

function historyOperations(book: AlarmBook): OperationTable {
  return {
    DescribeAlarmsForMetric: (
      input: DescribeAlarmsForMetricCommandInput,
      call: Call,
    ): Output<DescribeAlarmsForMetricCommandOutput> => ({
      MetricAlarms: book
        .in(call.region)
        .filter((a) => a.metricName === input.MetricName && a.namespace === input.Namespace)
        .map(describe),
    }),
    DescribeAlarmHistory: (
      input: DescribeAlarmHistoryCommandInput,
      call: Call,
    ): Output<DescribeAlarmHistoryCommandOutput> => ({
      AlarmHistoryItems: [...book.history.values()]
        .filter((entry) => entry.region === call.region)
        .filter((entry) => (input.AlarmName ?? entry.alarm) === entry.alarm)
        .filter((entry) => (input.HistoryItemType ?? entry.type) === entry.type)
        .toReversed()
        .slice(0, input.MaxRecords ?? 100)
        .map((entry) => ({
          AlarmName: entry.alarm,
          AlarmType: 'MetricAlarm',
          Timestamp: new Date(entry.at),
          HistoryItemType: entry.type,
          HistorySummary: entry.summary,
          HistoryData: entry.data,
        })),
    }),
  }
}

function changeOperations(
  book: AlarmBook,
  must: (call: Call, name: string | undefined) => AlarmRecord,
): OperationTable {
  return {
    DeleteAlarms: (input: DeleteAlarmsCommandInput, call: Call) => {
      for (const name of input.AlarmNames ?? []) must(call, name)
      for (const name of input.AlarmNames ?? []) book.delete(call.region, name)
      return {}
    },
    SetAlarmState: async (input: SetAlarmStateCommandInput, call: Call) => {
      await book.transition(must(call, input.AlarmName), {
        state: input.StateValue ?? 'OK',
        reason: input.StateReason ?? '',
        reasonData: input.StateReasonData,
      })
      return {}
    },
    EnableAlarmActions: (input: EnableAlarmActionsCommandInput, call: Call) => {
      for (const name of input.AlarmNames ?? []) {
        book.put({ ...must(call, name), actionsEnabled: true })
      }
      return {}
    },
    DisableAlarmActions: (input: DisableAlarmActionsCommandInput, call: Call) => {
      for (const name of input.AlarmNames ?? []) {
        book.put({ ...must(call, name), actionsEnabled: false })
      }
      return {}
    },
  }
}

function tagOperations(book: AlarmBook): OperationTable {
  const byArn = (call: Call, arn: string | undefined): AlarmRecord => {
    const alarm = book.in(call.region).find((each) => each.arn === arn)
    if (alarm === undefined) {
      throw new AwsError('ResourceNotFoundException', 'Unknown resource', { status: 404 })
    }
    return alarm
  }
  return {
    TagResource: (input: TagResourceCommandInput, call: Call) => {
      const alarm = byArn(call, input.ResourceARN)
      book.put({ ...alarm, tags: { ...alarm.tags, ...tagsOf(input.Tags) } })
      return {}
    },
    UntagResource: (input: UntagResourceCommandInput, call: Call) => {
      const alarm = byArn(call, input.ResourceARN)
      const kept = Object.entries(alarm.tags).filter(([key]) => !input.TagKeys?.includes(key))
      book.put({ ...alarm, tags: Object.fromEntries(kept) })
      return {}
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput, call: Call) => ({
      Tags: Object.entries(byArn(call, input.ResourceARN).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  }
}

function alarmOf(
  context: EngineContext,
  input: PutMetricAlarmCommandInput,
  { call, known }: { call: Call; known: AlarmRecord | undefined },
): AlarmRecord {
  const now = context.clock.now()
  const name = input.AlarmName ?? ''
  const statistic = input.ExtendedStatistic ?? input.Statistic ?? 'Average'
  const period = input.Metrics === undefined ? (input.Period ?? 0) : periodOf(input.Metrics) / 1000
  checkAlarm(input, { statistic, period })
  return {
    name,
    arn: `arn:aws:cloudwatch:${call.region}:${call.accountId}:alarm:${name}`,
    region: call.region,
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      OK: input.OKActions ?? [],
      ALARM: input.AlarmActions ?? [],
      INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
    },
    namespace: input.Namespace,
    metricName: input.MetricName,
    dimensions: input.Dimensions ?? [],
    statistic,
    extended: input.ExtendedStatistic !== undefined,
    unit: input.Unit,
    periodSeconds: period,
    evaluationPeriods: input.EvaluationPeriods ?? 1,
    datapointsToAlarm: input.DatapointsToAlarm,
    threshold: input.Threshold ?? 0,
    comparison: input.ComparisonOperator ?? '',
    treatMissingData: (input.TreatMissingData ?? 'missing') as MissingData,
    metrics: input.Metrics,
    state: known?.state ?? 'INSUFFICIENT_DATA',
    stateReason: known?.stateReason ?? 'Unchecked: Initial alarm creation',
    stateReasonData: known?.stateReasonData,
    stateUpdatedAt: known?.stateUpdatedAt ?? now,
    stateTransitionedAt: known?.stateTransitionedAt ?? now,
    configuredAt: now,
    tags: known?.tags ?? tagsOf(input.Tags),
  }
}

function checkAlarm(
  input: PutMetricAlarmCommandInput,
  { statistic, period }: { statistic: string; period: number },
): void {
  const invalid = (message: string): AwsError => new AwsError('ValidationError', message)
  const periods = input.EvaluationPeriods ?? 0
  if (![10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0)) {
    throw invalid('Metric period must be 10, 20, 30 or a multiple of 60 seconds')
  }
  const limit = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS
  if (period * periods > limit) {
    throw invalid(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    )
  }
  if ((input.DatapointsToAlarm ?? periods) > periods) {
    throw invalid('DatapointsToAlarm must be less than or equal to EvaluationPeriods')
  }
  if (!isStatistic(statistic)) throw invalid(`The value ${statistic} is no statistic`)
  const treatments = ['missing', 'ignore', 'breaching', 'notBreaching']
  if (!treatments.includes(input.TreatMissingData ?? 'missing')) {
    throw invalid(
      `Option ${input.TreatMissingData ?? ''} is not supported. Supported options for TreatMissingData are: ${treatments.join(', ')}`,
    )
  }
  if (input.Metrics === undefined && input.MetricName === undefined) {
    throw invalid('Exactly one of MetricName or Metrics must be specified')
  }
  for (const { Expression } of input.Metrics ?? []) {
    if (Expression !== undefined) compileExpression(Expression)
  }
}

function describe(alarm: AlarmRecord): MetricAlarm {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateReasonData: alarm.stateReasonData,
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedAt),
    StateTransitionedTimestamp: new Date(alarm.stateTransitionedAt),
    ...(alarm.metrics === undefined
      ? {
          MetricName: alarm.metricName,
          Namespace: alarm.namespace,
          Dimensions: [...alarm.dimensions],
          Period: alarm.periodSeconds,
          ...(alarm.extended
            ? { ExtendedStatistic: alarm.statistic }
            : { Statistic: alarm.statistic as Statistic }),
        }
      : { Metrics: [...alarm.metrics] }),
    Unit: alarm.unit as StandardUnit | undefined,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison as MetricAlarm['ComparisonOperator'],
    TreatMissingData: alarm.treatMissingData,
  }
}

function tagsOf(tags: PutMetricAlarmCommandInput['Tags']): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
