import type { ResponseHead } from '../http/response-head.ts'

/** A connection to a target: sends one request at a time, and passes its response on. */
export interface TargetConnection {
  /** Until when the target is known to keep the connection open while it is idle (engine ms). */
  readonly idleUntilMs: number
  /** Sends a request's head. With `more`, body bytes follow before `flush`. */
  begin(reader: ResponseReader, head: string, more: boolean): void
  /** Sends a part of the request's body; false when the target is slower than the client. */
  send(part: Buffer): boolean
  flush(): void
  /** The client ended its side of an upgraded connection. */
  endSending(): void
  pause(): void
  resume(): void
  /** Ends it without a word to its reader. */
  destroy(): void
  /** Ends it; a reader hears of a failure. */
  cut(): void
}

/** Who a response goes to. */
export interface ResponseReader {
  readonly method: string
  /** Whether chunked bodies are to be taken out of their frames. */
  readonly unframed: boolean
  /** Whether the whole request was sent: otherwise the connection cannot be used again. */
  readonly requestSent: boolean
  onInterim(head: ResponseHead): void
  /**
   * `body` is what came with the head; `ended` when it is the whole body. Returns false when the
   * client is slower than the target.
   */
  onHead(head: ResponseHead, body: Buffer | undefined, ended: boolean): boolean
  onBody(part: Buffer): boolean
  onEnd(): void
  /** The connection broke or the response was malformed. */
  onFailure(): void
  /** The target can take more of the request. */
  onDrain(): void
}
