import type { EngineContext } from '../../service.ts'
import { queryPoints } from '../metrics/query.ts'
import type { MetricStore } from '../metrics/metric-store.ts'
import type { AlarmRecord } from '../records.ts'
import type { AlarmBook } from './alarm-book.ts'
import { type Datapoint, evaluateAlarm, evaluationRange } from './evaluate.ts'
import { stateReason } from './reason.ts'

const TICK_MS = 10_000
const MINUTE_MS = 60_000
const EXPIRY_TICKS = 360

/** Evaluates every alarm at its pace: once a minute, high-resolution ones every ten seconds. */
export class AlarmEvaluator {
  readonly #context: EngineContext
  readonly #store: MetricStore
  readonly #book: AlarmBook
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(context: EngineContext, store: MetricStore, book: AlarmBook) {
    this.#context = context
    this.#store = store
    this.#book = book
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  /** Evaluates one alarm at `now`. */
  async evaluate(alarm: AlarmRecord, now: number): Promise<void> {
    const periods = recentPeriods(this.#store, alarm, now)
    const state = evaluateAlarm(
      {
        comparison: alarm.comparison,
        threshold: alarm.threshold,
        evaluationPeriods: alarm.evaluationPeriods,
        datapointsToAlarm: alarm.datapointsToAlarm ?? alarm.evaluationPeriods,
        treatMissingData: alarm.treatMissingData,
      },
      periods,
      alarm.state,
    )
    if (state === alarm.state) return
    const { clock } = this.#context
    const real = periods
      .filter((point) => point !== undefined)
      .map((point) => ({ ...point, wall: clock.toWall(point.start) }))
    await this.#book.transition(alarm, { state, reason: stateReason(alarm, state, real) })
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#context
    for (let tick = 1; !this.#stopping.signal.aborted; tick++) {
      try {
        await clock.sleep(TICK_MS, this.#stopping.signal)
      } catch {
        return
      }
      const now = clock.now()
      const wholeMinute = Math.floor(now / MINUTE_MS) !== Math.floor((now - TICK_MS) / MINUTE_MS)
      for (const alarm of this.#book.alarms.values()) {
        if (alarm.periodSeconds * 1000 >= MINUTE_MS && !wholeMinute) continue
        try {
          await this.evaluate(alarm, now)
        } catch (error) {
          log.error('an alarm could not be evaluated', { alarm: alarm.name, error: String(error) })
        }
      }
      if (tick % EXPIRY_TICKS === 0) this.#store.expire(now)
    }
  }
}

/** The newest complete periods, oldest first; undefined where there is no datapoint. */
function recentPeriods(
  store: MetricStore,
  alarm: AlarmRecord,
  now: number,
): (Datapoint | undefined)[] {
  const periodMs = alarm.periodSeconds * 1000
  const count = evaluationRange(alarm.evaluationPeriods)
  const end = Math.floor(now / periodMs) * periodMs
  const from = end - count * periodMs
  const queries = alarm.metrics ?? [
    {
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: alarm.namespace,
          MetricName: alarm.metricName,
          Dimensions: [...alarm.dimensions],
        },
        Period: alarm.periodSeconds,
        Stat: alarm.statistic,
      },
    },
  ]
  const returned = queries.find(({ ReturnData }) => ReturnData !== false)?.Id ?? ''
  const points = queryPoints(store, queries, { region: alarm.region, from, to: end })
  const byStart = new Map((points.get(returned) ?? []).map((point) => [point.start, point]))
  return Array.from({ length: count }, (_, i) => byStart.get(from + i * periodMs))
}
