/**
 * An error that a user can act on. It says what happened, where, why, and what to do next.
 *
 * `code` is stable; `exitCode` tells "you" (2: the
 * input is wrong, nothing was changed) from "the world" (1: the work failed).
 */
export class LongshoreError extends Error {
  override readonly name = 'LongshoreError'
  readonly code: string
  /** Where in the user's input: a path such as `services.api.cpu`, or a file and line. */
  readonly place: string | undefined
  /** The next step, as one sentence. */
  readonly next: string | undefined
  readonly exitCode: 1 | 2

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.place = details.place
    this.next = details.next
    this.exitCode = details.exitCode ?? 1
  }
}

export interface ErrorDetails {
  place?: string
  next?: string
  exitCode?: 1 | 2
  cause?: unknown
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
