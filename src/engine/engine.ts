import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { messageOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { RealClock } from './clock/real-clock.ts'
import { controlMount } from './gateway/control.ts'
import { createGateway, listen } from './gateway/server.ts'
import { createNetwork } from './network/create-network.ts'
import type { VpcNetwork } from './network/vpc-network.ts'
import { systemRandom, uuid } from './random.ts'
import { RegionsInUse } from './regions-in-use.ts'
import type { Runtime } from './runtimes/runtime.ts'
import { inProcessCalls } from './services/in-process.ts'
import type {
  EngineContext,
  Mount,
  Service,
  ServiceName,
  UpgradeMount,
} from './services/service.ts'
import type { StsService } from './services/sts/service.ts'
import { openStore } from './store/sqlite-store.ts'
import type { Store } from './store/store.ts'
import { UnknownOperations } from './unknown-operations.ts'

export const ACCOUNT_ID = '000000000000'

export interface EngineOptions {
  /** Everything that the engine keeps is in here; one engine a directory. */
  readonly dataDir: string
  /** 0 takes any free port. */
  readonly port: number
  /** How much faster than AWS waits pass; 1 is AWS's own pace. */
  readonly pace: number
  readonly version: string
  readonly log: Log
  /** Loaded while the runtime looks at the machine. */
  readonly services: () => Promise<readonly ((context: EngineContext) => Service)[]>
  readonly runtime: (context: RuntimeContext) => Promise<Runtime>
  /** Called when a client with the token asks the engine to stop. */
  readonly onStopRequest: () => void
  readonly token: string
}

/** What a runtime is made from. */
export interface RuntimeContext extends Omit<EngineContext, 'runtime' | 'network'> {
  readonly network: VpcNetwork
  readonly port: number
  /** The regions that are in use. */
  readonly regions: () => readonly string[]
}

export interface Engine {
  readonly endpoint: string
  readonly port: number
  readonly runtime: Runtime
  stop(): Promise<void>
}

/** Starts an engine: the composition root, where clock, chance, disk and processes come in. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const foundation = layFoundation(options)
  const { store, clock, calls, services, regions, mounts } = foundation
  const { dataDir, log } = options
  const ready = Promise.withResolvers<void>()
  // The port is taken first: services put it into what they hand out. Requests wait until `ready`.
  const server = gatewayOn(foundation, { log, ready: ready.promise })
  const port = await listenOrClose(server, options.port, store)
  const endpoint = `http://127.0.0.1:${port}`
  const accountId = ACCOUNT_ID
  const base = { accountId, clock, random: systemRandom, store, log, endpoint, dataDir, calls }
  const ec2 = () => regions.list().map((region) => calls(region).ec2)
  const network = createNetwork({ clock, log, ec2 })
  let runtime: Runtime | undefined
  const stop = async (): Promise<void> => {
    server.close()
    server.closeIdleConnections()
    await stopInOrder(
      [...[...services.values()].toReversed(), { stop: () => runtime?.close() }],
      log,
    )
    server.closeAllConnections()
    await store.close()
  }
  try {
    const [chosen, makers] = await Promise.all([
      options.runtime({ ...base, network, port, regions: () => regions.list() }),
      options.services(),
    ])
    runtime = chosen
    await runtime.sweep()
    compose(makers, { ...base, network, runtime }, foundation)
    mounts.push(healthAndStop({ options, runtime, unknown: foundation.unknown }))
    for (const service of services.values()) await service.start?.()
    ready.resolve()
    return { endpoint, port, runtime, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What stands before there is a port: state, time, and the tables that services are put into. */
interface Foundation {
  readonly store: Store
  readonly clock: RealClock
  readonly services: Map<ServiceName, Service>
  readonly calls: EngineContext['calls']
  readonly regions: RegionsInUse
  readonly unknown: UnknownOperations
  readonly mounts: Mount[]
  readonly upgrades: UpgradeMount[]
}

function layFoundation({ dataDir, pace, log }: EngineOptions): Foundation {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const store = openStore(join(dataDir, 'state.sqlite'))
  const services = new Map<ServiceName, Service>()
  return {
    store,
    clock: new RealClock(pace, store),
    services,
    calls: inProcessCalls({ accountId: ACCOUNT_ID, random: systemRandom, services }),
    regions: new RegionsInUse(store),
    unknown: new UnknownOperations(log),
    mounts: [],
    upgrades: [],
  }
}

function gatewayOn(
  { store, clock, services, regions, unknown, mounts, upgrades }: Foundation,
  { log, ready }: { log: Log; ready: Promise<void> },
): Server {
  return createGateway({
    mounts,
    upgrades,
    ready,
    dispatch: {
      services,
      accountId: ACCOUNT_ID,
      store,
      times: clock,
      log,
      requestId: () => uuid(systemRandom),
      principalOf: (signature) => stsOf(services).principalOf(signature),
      onCall: ({ region }) => regions.add(region),
      onUnknown: (service, operation) => unknown.count(service, operation),
    },
  })
}

/** Stops one after another; what does not stop is no reason to leave the rest running. */
async function stopInOrder(
  parts: readonly { stop?(): Promise<void> | undefined }[],
  log: Log,
): Promise<void> {
  for (const part of parts) {
    try {
      await part.stop?.()
    } catch (error) {
      log.error('a part of the engine did not stop', { error: messageOf(error) })
    }
  }
}

/** A port that cannot be had leaves nothing open behind. */
async function listenOrClose(server: Server, port: number, store: Store): Promise<number> {
  try {
    return await listen(server, port)
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Makes every service, and puts what it answers besides operations on the engine's port. */
function compose(
  makers: readonly ((context: EngineContext) => Service)[],
  context: EngineContext,
  into: Pick<Foundation, 'services' | 'mounts' | 'upgrades'>,
): void {
  for (const create of makers) {
    const service = create(context)
    into.services.set(service.name, service)
    into.mounts.push(...(service.mounts ?? []))
    into.upgrades.push(...(service.upgrades ?? []))
  }
}

function healthAndStop(parts: {
  options: EngineOptions
  runtime: Runtime
  unknown: UnknownOperations
}): Mount {
  const { options, runtime, unknown } = parts
  const startedAt = performance.now()
  return controlMount({
    token: options.token,
    onStop: options.onStopRequest,
    health: () => ({
      version: options.version,
      pid: process.pid,
      pace: options.pace,
      runtime: runtime.name,
      dataDir: options.dataDir,
      uptimeSeconds: Math.floor((performance.now() - startedAt) / 1000),
      unknownOperations: unknown.counts(),
    }),
  })
}

function stsOf(services: ReadonlyMap<ServiceName, Service>): StsService {
  const sts = services.get('sts')
  if (sts === undefined || !isSts(sts)) throw new Error('the engine was composed without STS')
  return sts
}

function isSts(service: Service): service is StsService {
  return service.name === 'sts'
}
