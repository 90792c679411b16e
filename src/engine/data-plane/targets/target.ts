import type { Timer } from '../../clock/clock.ts'
import type { Balanced } from '../balancing/algorithms.ts'
import type { TargetAddress } from '../config.ts'
import { type Health, INITIAL_HEALTH } from '../health/state.ts'
import type { IdleConnections } from './idle-connections.ts'

/** A registered target as the data plane sees it: its health, its load, its open connections. */
export class Target implements Balanced {
  readonly id: string
  readonly ip: string
  readonly port: number
  /** `id:port`: a target is registered once for each of its ports. */
  readonly key: string
  health: Health = INITIAL_HEALTH
  /** Requests (or, behind a network load balancer, flows) that are not over. */
  inFlight = 0
  slowSinceMs: number | undefined
  /** Engine time at which it was deregistered. */
  drainingSinceMs: number | undefined
  nextCheckAtMs = 0
  checking = false
  readonly idle: IdleConnections
  /** Everything that is open to the target, busy or idle. */
  readonly connections = new Set<{ cut(): void }>()
  /** The end of the deregistration delay, while it runs. */
  drain: Timer | undefined
  /** Called when the last request is over, once the target is draining. */
  onIdle: (() => void) | undefined

  constructor(address: TargetAddress, idle: IdleConnections) {
    this.id = address.id
    this.ip = address.ip
    this.port = address.port
    this.key = targetKey(address)
    this.idle = idle
  }

  get draining(): boolean {
    return this.drainingSinceMs !== undefined
  }

  begin(): void {
    this.inFlight++
  }

  end(): void {
    this.inFlight--
    if (this.inFlight === 0) this.onIdle?.()
  }

  /** Ends every connection, whatever it does. */
  cut(): void {
    for (const connection of this.connections) connection.cut()
  }
}

export function targetKey({ id, port }: { id: string; port: number }): string {
  return `${id}:${port}`
}
