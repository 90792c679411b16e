import type { TargetConnection } from './target-connection.ts'

/**
 * A target's connections that wait for their next request. The one used last is taken first, so
 * that surplus ones grow old and are closed.
 */
export class IdleConnections {
  readonly #stack: TargetConnection[] = []

  put(connection: TargetConnection): void {
    this.#stack.push(connection)
  }

  take(): TargetConnection | undefined {
    return this.#stack.pop()
  }

  remove(connection: TargetConnection): void {
    const at = this.#stack.lastIndexOf(connection)
    if (at >= 0) this.#stack.splice(at, 1)
  }

  /** Closes those whose time is over: the target may close them at any moment. */
  closeExpired(nowMs: number): void {
    for (const connection of this.#stack.filter((each) => each.idleUntilMs <= nowMs)) {
      connection.destroy()
    }
  }

  closeAll(): void {
    for (const connection of this.#stack.splice(0)) connection.destroy()
  }
}
