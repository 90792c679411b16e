import { silentLog } from '../../base/log.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import type { Network } from '../network/network.ts'
import { seededRandom } from '../random.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import type { AwsCalls } from '../services/calls.ts'
import { inProcessCalls } from '../services/in-process.ts'
import type { EngineContext, OperationTable, Service, ServiceName } from '../services/service.ts'
import { openStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface TestEngine {
  readonly context: EngineContext
  readonly clock: VirtualClock
  readonly store: Store
  readonly services: ReadonlyMap<ServiceName, Service>
  readonly calls: (region?: string, principalArn?: string) => AwsCalls
  /** Starts every service's controllers. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface TestEngineOptions {
  /** The services under test, in the order in which they are made. */
  readonly services?: readonly ((context: EngineContext) => Service)[]
  /** Operations that stand in for services that are not under test. */
  readonly fakes?: Partial<Record<ServiceName, OperationTable>>
  readonly network?: Network
  readonly runtime?: (context: { clock: VirtualClock }) => Runtime
  /** A store to go on with, as after a restart. */
  readonly store?: Store
  readonly clock?: VirtualClock
}

/** An engine without a wire: memory, virtual time, a fixed seed, in-process calls. */
export function testEngine(options: TestEngineOptions = {}): TestEngine {
  const clock = options.clock ?? new VirtualClock()
  const store = options.store ?? openStore(':memory:')
  const random = seededRandom(1)
  const services = new Map<ServiceName, Service>()
  const calls = inProcessCalls({ accountId: '000000000000', random, services })
  let dataDir: string | undefined
  const context: EngineContext = {
    accountId: '000000000000',
    clock,
    random,
    store,
    log: silentLog,
    network: options.network ?? unconnected,
    runtime: options.runtime?.({ clock }) ?? unable,
    endpoint: 'http://127.0.0.1:4566',
    get dataDir() {
      dataDir ??= temporaryDirectory()
      return dataDir
    },
    calls,
  }
  for (const [name, operations] of Object.entries(options.fakes ?? {})) {
    services.set(name as ServiceName, { name: name as ServiceName, operations })
  }
  for (const create of options.services ?? []) {
    const service = create(context)
    services.set(service.name, service)
  }
  return {
    context,
    clock,
    store,
    services,
    calls: (region = 'us-east-1', principalArn) => calls(region, principalArn),
    start: async () => {
      for (const service of services.values()) await service.start?.()
    },
    stop: async () => {
      for (const service of services.values()) await service.stop?.()
      await store.close()
    },
  }
}

const unconnected: Network = {
  bind: () => ({ release: () => {} }),
  connect: () => Promise.reject(new Error('this test has no network')),
  setName: () => {},
  resolve: () => undefined,
}

const unable: Runtime = {
  name: 'simulated',
  sweep: async () => {},
  pull: () => Promise.reject(new Error('this test has no runtime')),
  createSandbox: () => Promise.reject(new Error('this test has no runtime')),
  close: async () => {},
}
