import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../../base/log.ts'
import type { Clock } from '../clock/clock.ts'
import type { Network } from '../network/network.ts'
import type { Random } from '../random.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import type { Store } from '../store/store.ts'
import type { AwsCalls } from './calls.ts'

/**
 * One AWS service: a table of operations over its own records. Services reach one another only
 * through `context.calls`, which are AWS operations called in process.
 */
export interface Service {
  readonly name: ServiceName
  readonly operations: OperationTable
  /** Starts the service's controllers after a (re)start, once every service is constructed. */
  start?(): Promise<void>
  /** Stops what the service runs. State stays in the store. */
  stop?(): Promise<void>
  /** What the service answers on the engine's port besides AWS operations. */
  readonly mounts?: readonly Mount[]
  readonly upgrades?: readonly UpgradeMount[]
}

/** Answers everything below a path prefix, such as `/v2/`. */
export interface Mount {
  readonly prefix: string
  handle(request: IncomingMessage, response: ServerResponse): void
}

/** Takes over upgraded connections (WebSockets) below a path prefix. */
export interface UpgradeMount {
  readonly prefix: string
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** Folder names under `services/`, which are also the keys of `AwsCalls`. */
export type ServiceName = keyof AwsCalls

/**
 * Operation name (as in the API, `CreateService`) → handler. A handler's input and output have the
 * SDK's own types; `never` here lets each keep its own.
 */
export type OperationTable = Readonly<Record<string, OperationHandler>>
export type OperationHandler = (input: never, call: Call) => object | Promise<object>

/** An SDK output without `$metadata`, which only a client has. */
export type Output<T> = Omit<T, '$metadata'>

/** Who calls, and where. */
export interface Call {
  readonly accountId: string
  readonly region: string
  readonly requestId: string
  /** The caller's ARN; the engine's own calls come from a service principal. */
  readonly principalArn: string
}

/** What the composition root hands to every service. */
export interface EngineContext {
  readonly accountId: string
  readonly clock: Clock
  readonly random: Random
  readonly store: Store
  readonly log: Log
  readonly network: Network
  readonly runtime: Runtime
  /** The engine's own address, for example `http://127.0.0.1:4566`. */
  readonly endpoint: string
  /** A directory of the engine's for files that are no records (database clusters, blobs). */
  readonly dataDir: string
  /**
   * AWS operations in `region`, called in process. `principalArn` names the caller, by default the
   * engine itself.
   */
  calls(region: string, principalArn?: string): AwsCalls
}
