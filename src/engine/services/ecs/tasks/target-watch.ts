import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { AwsError } from '../../../aws-error.ts'
import type { EngineContext } from '../../service.ts'

/** How often draining targets are looked at. */
const LOOK_MS = 2000
/** What was seen so recently is still true enough for others who ask. */
const FRESH_MS = 200

export interface Target {
  readonly group: string
  readonly id: string
  readonly port: number
}

type Healths = ReadonlyMap<string, TargetHealth>

interface Look {
  readonly at: number
  readonly healths: Promise<Healths>
}

interface Waiter {
  readonly target: string
  readonly resolve: () => void
}

/**
 * Looks at target groups through ELBv2's operations: one call for all targets of a group, however
 * many tasks ask.
 */
export class TargetWatch {
  readonly #context: EngineContext
  readonly #looks = new Map<string, Look>()
  readonly #waiters = new Map<string, Set<Waiter>>()
  readonly #stopping = new AbortController()

  constructor(context: EngineContext) {
    this.#context = context
  }

  /** Undefined for a target that is not registered, or whose group is gone. */
  async health(region: string, target: Target): Promise<TargetHealth | undefined> {
    return (await this.#healths(region, target.group)).get(keyOf(target))
  }

  /** Resolves when the target has drained (L3), or the watch ends. */
  drained(region: string, target: Target): Promise<void> {
    return new Promise((resolve) => {
      const key = `${region} ${target.group}`
      const waiter = { target: keyOf(target), resolve }
      const waiters = this.#waiters.get(key)
      if (waiters !== undefined) {
        waiters.add(waiter)
        return
      }
      const first = new Set([waiter])
      this.#waiters.set(key, first)
      void this.#untilAllDrained(region, target.group, first).finally(() => {
        this.#waiters.delete(key)
        for (const each of first) each.resolve()
      })
    })
  }

  close(): void {
    this.#stopping.abort()
  }

  async #untilAllDrained(region: string, group: string, waiters: Set<Waiter>): Promise<void> {
    const { clock } = this.#context
    while (waiters.size > 0) {
      const healths = await this.#look(region, group)
      for (const waiter of waiters) {
        if (healths.get(waiter.target)?.State === 'draining') continue
        waiters.delete(waiter)
        waiter.resolve()
      }
      if (waiters.size === 0) return
      try {
        await clock.sleep(LOOK_MS, this.#stopping.signal)
      } catch {
        return
      }
    }
  }

  #healths(region: string, group: string): Promise<Healths> {
    const now = this.#context.clock.now()
    const known = this.#looks.get(`${region} ${group}`)
    if (known !== undefined && now - known.at < FRESH_MS) return known.healths
    return this.#look(region, group)
  }

  #look(region: string, group: string): Promise<Healths> {
    const healths = this.#describe(region, group)
    this.#looks.set(`${region} ${group}`, { at: this.#context.clock.now(), healths })
    return healths
  }

  async #describe(region: string, TargetGroupArn: string): Promise<Healths> {
    try {
      const { elbv2 } = this.#context.calls(region)
      const { TargetHealthDescriptions = [] } = await elbv2.describeTargetHealth({ TargetGroupArn })
      return new Map(
        TargetHealthDescriptions.map(({ Target, TargetHealth = {} }) => [
          keyOf({ id: Target?.Id ?? '', port: Target?.Port ?? 0 }),
          TargetHealth,
        ]),
      )
    } catch (error) {
      // A group that is gone drains nothing.
      if (error instanceof AwsError) return new Map()
      throw error
    }
  }
}

function keyOf({ id, port }: Pick<Target, 'id' | 'port'>): string {
  return `${id}:${port}`
}
