/*
 * What engine and agent say to one another, over Node's own channel between a process and its
 * child, which can also carry open sockets: a listener or connection made by the agent inside the
 * namespaces is used by the engine directly, so no byte of a task's traffic passes the agent.
 */

export type Ask =
  /** Runs a program to its end. */
  | { readonly op: 'run'; readonly argv: readonly string[]; readonly input?: string }
  /** Answers with a listener on every address. */
  | { readonly op: 'listen'; readonly port: number }
  /** Answers with a datagram socket. */
  | { readonly op: 'receive'; readonly address: string; readonly port: number }
  /** Answers with a connection, made from the address `from`. */
  | { readonly op: 'connect'; readonly host: string; readonly port: number; readonly from: string }
  /** Starts a program whose streams are named pipes in `directory`; answers when it runs. */
  | {
      readonly op: 'start'
      readonly key: string
      readonly argv: readonly string[]
      readonly directory: string
      /** A program is still being prepared while its argument vector holds this word. */
      readonly preparing: string
      /** Whether there is a pipe to its standard input. */
      readonly stdin: boolean
      readonly memoryBytes?: number
      /** Programs with the same group share a limit. */
      readonly group: string
    }
  /** The engine has opened the pipes of a started program. */
  | { readonly op: 'opened'; readonly key: string }
  | { readonly op: 'signal'; readonly key: string; readonly signal: string }
  /** Memory that all programs of a group may use together, as the agent watches it. */
  | { readonly op: 'limit'; readonly group: string; readonly memoryBytes: number }
  | { readonly op: 'usage'; readonly group: string }
  | { readonly op: 'read'; readonly path: string }

export type Answer<Op extends Ask['op']> = Answers[Op]

interface Answers {
  run: { code: number; stdout: string; stderr: string }
  listen: object
  receive: object
  connect: object
  /** `pid` is the program's own, in the agent's PID namespace. */
  start: { pid: number }
  opened: object
  signal: object
  limit: object
  usage: { programs: Usage[] }
  read: { text: string }
}

export interface Usage {
  readonly key: string
  readonly cpuMs: number
  readonly memoryBytes: number
}

/** Engine → agent. */
export interface Request {
  readonly id: number
  readonly ask: Ask
}

/** Agent → engine. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: object }
  | {
      readonly kind: 'failure'
      readonly id: number
      readonly message: string
      readonly code?: string
    }
  | { readonly kind: 'exit'; readonly key: string; readonly exit: ProgramExit }

export interface ProgramExit {
  /** 128 + signal number for a program that a signal ended. */
  readonly exitCode: number
  /** Killed because its memory, or its group's, exceeded the limit. */
  readonly outOfMemory: boolean
}
