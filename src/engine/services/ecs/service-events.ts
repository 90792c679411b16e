import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import type { EventRecord, ServiceKey } from './records.ts'

/** R15: so many events are kept of each service. */
const KEPT = 100
/** R15: what still holds is said again after six hours. */
const REPEATED_MS = 6 * 3_600_000
const SEQUENCE_DIGITS = 12

/** What may hold for a long time and is not said again and again meanwhile. */
export type Standing = 'steady' | 'throttled' | 'stuck' | 'protected' | 'unbalanced'

interface ServiceLog {
  /** Oldest first. */
  readonly events: EventRecord[]
  readonly standing: Map<Standing, number>
  readonly tallies: Map<string, { count: number; text: (count: number) => string }>
}

/** The events of services (DEP-8), each a record of its own. */
export class ServiceEvents {
  readonly #context: EngineContext
  readonly #collection: Collection<EventRecord>
  readonly #logs = new Map<string, ServiceLog>()

  constructor(context: EngineContext) {
    this.#context = context
    this.#collection = context.store.collection('ecs/service-events')
    for (const event of this.#collection.values()) this.#log(event.service).events.push(event)
  }

  /** Newest first. */
  of(service: ServiceKey): readonly EventRecord[] {
    this.#flush(service)
    return this.#log(nameOf(service)).events.toReversed()
  }

  /** Says `(service NAME)` and the text. */
  add(service: ServiceKey, text: string): void {
    this.#flush(service)
    this.#write(service, text)
  }

  /** Says how many there were once nothing more of the same kind comes at this moment. */
  tally(service: ServiceKey, key: string, text: (count: number) => string): void {
    const { tallies } = this.#log(nameOf(service))
    const known = tallies.get(key)
    if (known !== undefined) {
      known.count++
      return
    }
    tallies.set(key, { count: 1, text })
    this.#context.clock.after(0, () => this.#flush(service))
  }

  /** Says what goes on holding: once, and again every six hours. */
  standing(service: ServiceKey, kind: Standing, text: string): void {
    const { standing } = this.#log(nameOf(service))
    const now = this.#context.clock.now()
    const said = standing.get(kind)
    if (said !== undefined && now - said < REPEATED_MS) return
    standing.set(kind, now)
    this.add(service, text)
  }

  /** What held does not any more; should it hold again, that is news. */
  over(service: ServiceKey, ...kinds: readonly Standing[]): void {
    const { standing } = this.#log(nameOf(service))
    for (const kind of kinds) standing.delete(kind)
  }

  forget(service: ServiceKey): void {
    const name = nameOf(service)
    for (const { sequence } of this.#log(name).events) {
      this.#collection.delete(keyOf(name, sequence))
    }
    this.#logs.delete(name)
  }

  #flush(service: ServiceKey): void {
    const { tallies } = this.#log(nameOf(service))
    for (const [key, { count, text }] of tallies) {
      tallies.delete(key)
      this.#write(service, text(count))
    }
  }

  #write(service: ServiceKey, text: string): void {
    const name = nameOf(service)
    const { events } = this.#log(name)
    const event: EventRecord = {
      service: name,
      sequence: (events.at(-1)?.sequence ?? 0) + 1,
      id: this.#context.random.hex(16),
      at: this.#context.clock.now(),
      message: `(service ${service.name})${text}`,
    }
    events.push(event)
    this.#collection.put(keyOf(name, event.sequence), event)
    for (const { sequence } of events.splice(0, events.length - KEPT)) {
      this.#collection.delete(keyOf(name, sequence))
    }
  }

  #log(name: string): ServiceLog {
    const known = this.#logs.get(name)
    if (known !== undefined) return known
    const log: ServiceLog = { events: [], standing: new Map(), tallies: new Map() }
    this.#logs.set(name, log)
    return log
  }
}

function nameOf({ region, cluster, name }: ServiceKey): string {
  return `${region}/${cluster}/${name}`
}

function keyOf(service: string, sequence: number): string {
  return `${service}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`
}
