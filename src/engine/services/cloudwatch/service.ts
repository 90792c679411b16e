import type { EngineContext, Service } from '../service.ts'
import { AlarmBook } from './alarms/alarm-book.ts'
import { AlarmEvaluator } from './alarms/evaluator.ts'
import { MetricStore } from './metrics/metric-store.ts'
import { alarmOperations } from './operations/alarms.ts'
import { metricOperations } from './operations/metrics.ts'

/** CloudWatch: metrics and alarms. */
export function createCloudwatch(context: EngineContext): Service {
  const store = new MetricStore(context.store)
  const book = new AlarmBook(context)
  const evaluator = new AlarmEvaluator(context, store, book)
  return {
    name: 'cloudwatch',
    operations: { ...metricOperations(context, store), ...alarmOperations(context, book) },
    start: async () => evaluator.start(),
    stop: () => evaluator.stop(),
  }
}
