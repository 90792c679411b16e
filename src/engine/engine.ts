import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../base/log.ts'
import { RealClock } from './clock/real-clock.ts'
import { controlMount } from './gateway/control.ts'
import { createGateway, listen, type Mount, type UpgradeMount } from './gateway/server.ts'
import type { Network } from './network/network.ts'
import { systemRandom, uuid } from './random.ts'
import type { Runtime } from './runtimes/runtime.ts'
import { inProcessCalls } from './services/in-process.ts'
import type { EngineContext, Service, ServiceName } from './services/service.ts'
import type { StsService } from './services/sts/service.ts'
import { openStore } from './store/sqlite-store.ts'

export const ACCOUNT_ID = '000000000000'

/** A service, and what it answers besides AWS operations. */
export interface ComposedService extends Service {
  readonly mounts?: readonly Mount[]
  readonly upgrades?: readonly UpgradeMount[]
}

export interface EngineOptions {
  /** Everything that the engine keeps is in here; one engine a directory. */
  readonly dataDir: string
  /** 0 takes any free port. */
  readonly port: number
  /** How much faster than AWS waits pass; 1 is AWS's own pace. */
  readonly pace: number
  readonly version: string
  readonly log: Log
  readonly services: readonly ((context: EngineContext) => ComposedService)[]
  readonly network: (context: Omit<EngineContext, 'network' | 'runtime'>) => Network
  readonly runtime: (context: Omit<EngineContext, 'runtime'>) => Promise<Runtime>
  /** Called when a client with the token asks the engine to stop. */
  readonly onStopRequest: () => void
  readonly token: string
}

export interface Engine {
  readonly endpoint: string
  readonly port: number
  readonly runtime: Runtime
  stop(): Promise<void>
}

/** Starts an engine: the composition root, where clock, chance, disk and processes come in. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const store = openStore(join(options.dataDir, 'state.sqlite'))
  const clock = new RealClock(options.pace, store)
  const services = new Map<ServiceName, Service>()
  const calls = inProcessCalls({ accountId: ACCOUNT_ID, random: systemRandom, services })
  const unknown = new Map<string, number>()
  const startedAt = new Date()

  // The port is taken first: services put it into what they hand out.
  const mounts: Mount[] = []
  const upgrades: UpgradeMount[] = []
  let principalOf: StsService['principalOf'] = () => `arn:aws:iam::${ACCOUNT_ID}:root`
  const server = createGateway({
    mounts,
    upgrades,
    dispatch: {
      services,
      accountId: ACCOUNT_ID,
      store,
      times: clock,
      log: options.log,
      requestId: () => uuid(systemRandom),
      principalOf: (signature) => principalOf(signature),
      onUnknown: (service, operation) => {
        const name = `${service} ${operation}`
        unknown.set(name, (unknown.get(name) ?? 0) + 1)
        options.log.warn('an operation that the engine does not have was called', { name })
      },
    },
  })
  const port = await listen(server, options.port).catch(async (error: unknown) => {
    await store.close()
    throw error
  })

  const base = {
    accountId: ACCOUNT_ID,
    clock,
    random: systemRandom,
    store,
    log: options.log,
    endpoint: `http://127.0.0.1:${port}`,
    dataDir: options.dataDir,
    calls,
  }
  const network = options.network(base)
  const runtime = await options.runtime({ ...base, network })
  await runtime.sweep()
  const context: EngineContext = { ...base, network, runtime }
  for (const create of options.services) {
    const service = create(context)
    services.set(service.name, service)
    mounts.push(...(service.mounts ?? []))
    upgrades.push(...(service.upgrades ?? []))
    if (isSts(service)) principalOf = service.principalOf
  }
  mounts.push(
    controlMount({
      token: options.token,
      onStop: options.onStopRequest,
      health: () => ({
        version: options.version,
        pid: process.pid,
        pace: options.pace,
        runtime: runtime.name,
        dataDir: options.dataDir,
        startedAt: startedAt.toISOString(),
        unknownOperations: Object.fromEntries(unknown),
      }),
    }),
  )
  for (const service of services.values()) await service.start?.()

  return {
    endpoint: base.endpoint,
    port,
    runtime,
    stop: async () => {
      server.close()
      server.closeIdleConnections()
      for (const service of [...services.values()].toReversed()) await service.stop?.()
      await runtime.close()
      server.closeAllConnections()
      await store.close()
    },
  }
}

function isSts(service: Service): service is StsService {
  return service.name === 'sts'
}
