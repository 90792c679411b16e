import type { Duplex } from 'node:stream'

/**
 * A program as a model: how long it takes, what it uses, how it ends. Times are engine
 * milliseconds. What is left out is a program that starts at once, is well and runs until it is
 * told to stop.
 */
export interface Program {
  /** Why the image cannot be pulled; undefined: it can. */
  readonly pullFailure?: string
  readonly pullMs?: number
  /** Why the container cannot be started; undefined: it can. */
  readonly startFailure?: string
  readonly startMs?: number
  /** Ports on which it listens, from `readyMs` after its start. */
  readonly ports?: readonly number[]
  readonly readyMs?: number
  /** Answers a connection; by default every HTTP request with 200. */
  readonly serve?: (connection: Duplex) => void
  /** Ends by itself so long after its start. */
  readonly exit?: { readonly afterMs: number; readonly exitCode: number }
  /** Grows over its memory so long after its start. */
  readonly outOfMemoryAfterMs?: number
  /** What SIGTERM does; undefined: it ends it at once. */
  readonly onTerm?: 'ignore' | { readonly afterMs: number; readonly exitCode: number }
  /** What a program run beside it does, such as a health check: by default exits with 0. */
  readonly exec?: (argv: readonly string[], sinceStartMs: number) => number | ExecOutcome
  /** Lines that it prints when it starts. */
  readonly prints?: readonly string[]
  /** Share of one CPU that it uses, 1 being all of it. */
  readonly cpuShare?: number
  readonly memoryBytes?: number
}

/** A program that ran beside another, and what it printed. */
export interface ExecOutcome {
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Exit codes of programs that a signal ended: 128 and the signal's number. */
export const SIGNAL_EXITS: Readonly<Record<string, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGKILL: 137,
  SIGTERM: 143,
}
