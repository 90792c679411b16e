import { rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import type { Clock } from '../../clock/clock.ts'
import { RealClock } from '../../clock/real-clock.ts'
import { ConnectionRefused, type Endpoint, type Network } from '../../network/network.ts'
import { openStore } from '../../store/sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import { testEngine } from '../../testing/test-engine.ts'
import { createEc2 } from '../ec2/service.ts'
import { createSecretsmanager } from '../secretsmanager/service.ts'
import { Databases } from './postgres/databases.ts'
import { createRds } from './service.ts'

const REGION = 'us-east-1'
const CLIENT_IP = '10.0.9.9'
const POLL_MS = 10

/** A network without rules: whoever is bound is reached. */
export class OpenNetwork implements Network {
  readonly endpoints = new Map<string, Endpoint>()
  readonly #names = new Map<string, { vpcId: string; ip: string }>()

  bind({ vpcId, ip }: { vpcId: string; ip: string }, endpoint: Endpoint) {
    const key = `${vpcId}/${ip}`
    this.endpoints.set(key, endpoint)
    return {
      release: () => {
        if (this.endpoints.get(key) === endpoint) this.endpoints.delete(key)
      },
    }
  }

  async connect(
    from: { vpcId: string; ip: string },
    to: { vpcId: string; ip: string; port: number },
  ) {
    const endpoint = this.endpoints.get(`${to.vpcId}/${to.ip}`)
    if (endpoint === undefined) throw new ConnectionRefused('nobody listens there')
    return endpoint.connect(to.port, from)
  }

  setName(name: string, address: { vpcId: string; ip: string } | undefined): void {
    if (address === undefined) this.#names.delete(name)
    else this.#names.set(name, address)
  }

  resolve(name: string): string | undefined {
    return this.#names.get(name)?.ip
  }

  /** Where a name leads, as a client in the VPC would see it. */
  addressOf(name: string): { vpcId: string; ip: string } | undefined {
    return this.#names.get(name)
  }
}

/** An engine with RDS and what it needs, on real time and with real servers. */
export function databaseEngine(before?: { store: Store; dataDir: string }) {
  const store = before?.store ?? openStore(':memory:')
  const network = new OpenNetwork()
  const clock: Clock = new RealClock(1, store)
  const base = testEngine({ store, network })
  const dataDir = before?.dataDir ?? base.context.dataDir
  const engine = testEngine({
    store,
    network,
    services: [createEc2, createSecretsmanager, createRds].map(
      (create) => (context) => create({ ...context, clock, dataDir }),
    ),
  })
  const { rds, ec2, secretsmanager } = engine.calls(REGION)

  async function until(id: string, status: string) {
    for (;;) {
      const { DBInstances: [instance] = [] } = await rds.describeDBInstances({
        DBInstanceIdentifier: id,
      })
      if (instance?.DBInstanceStatus === status) return instance
      if (instance?.DBInstanceStatus === 'failed') {
        throw new Error(instance.StatusInfos?.[0]?.Message ?? 'the database failed')
      }
      await clock.sleep(POLL_MS)
    }
  }

  async function directory(): Promise<string> {
    const known = [...store.collection<{ resourceId: string }>('rds/instances').values()]
    const ids = new Set(known.map(({ resourceId }) => resourceId))
    return (
      await new Databases(
        () => dataDir,
        () => ids,
      ).home()
    ).directory
  }

  return {
    rds,
    ec2,
    secretsmanager,
    store,
    dataDir,
    network,
    until,
    connect: (host: string, port: number, config: ClientConfig) =>
      connectThrough(network, { host, port }, config),
    start: () => engine.start(),
    /** Ends the servers and keeps everything else, as when the engine stops. */
    halt: async () => {
      for (const service of engine.services.values()) await service.stop?.()
    },
    /** Where the clusters lie. */
    directory,
    remove: async () => {
      const unused = [base.context.dataDir, engine.context.dataDir]
      for (const path of [await directory(), dataDir, ...unused])
        rmSync(path, { recursive: true, force: true })
      await store.close()
    },
  }
}

/** Connects as a program in the VPC would, through the network. */
async function connectThrough(
  network: OpenNetwork,
  { host, port }: { host: string; port: number },
  config: ClientConfig,
): Promise<Client> {
  const address = network.addressOf(host)
  const relay = createServer((socket) => {
    network
      .connect({ vpcId: '', ip: CLIENT_IP }, { vpcId: '', ip: '', ...address, port })
      .then((stream) => {
        stream.on('error', () => socket.destroy())
        socket.on('error', () => stream.destroy())
        socket.on('close', () => stream.destroy())
        stream.pipe(socket).pipe(stream)
        return undefined
      })
      .catch(() => socket.destroy())
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const local = (relay.address() as AddressInfo).port
  const client = new Client({ host: '127.0.0.1', ...config, port: local })
  // The server may end the session at any time; what a test asks next tells it.
  client.on('error', () => {})
  try {
    await client.connect()
  } finally {
    relay.close()
  }
  return client
}
