import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Log } from '../../base/log.ts'
import type { Clock, Timer } from '../clock/clock.ts'
import { isPublic } from './cidr.ts'
import { FactsCache } from './facts-cache.ts'
import {
  type Binding,
  ConnectionDropped,
  ConnectionRefused,
  type Endpoint,
  type PrivateAddress,
  type Source,
} from './network.ts'
import { type Decision, type Destination, judge, judgeOutside } from './policy.ts'
import { openings, outsideOpenings } from './policy.ts'
import { type Ec2Reader, readFacts } from './read-facts.ts'
import { Refusals } from './refusals.ts'
import { addressKey, type VpcFacts } from './vpc-facts.ts'
import type { VpcNetwork, VpcView } from './vpc-network.ts'

export interface NetworkOptions {
  readonly clock: Clock
  readonly log: Log
  /** EC2 of every region in use. */
  readonly ec2: () => readonly Ec2Reader[]
  /** Addresses of an outside name; the machine's resolver by default. */
  readonly lookup?: (host: string) => Promise<readonly string[]>
  /** Opens a connection of the machine; TCP by default. */
  readonly dial?: (ip: string, port: number) => Promise<Duplex>
}

/** The network of an engine: bindings, names, decisions. */
export function createNetwork(options: NetworkOptions): VpcNetwork {
  return new EngineNetwork(options)
}

const WATCH_MS = 1000

class EngineNetwork implements VpcNetwork {
  readonly #options: NetworkOptions
  readonly #facts: FactsCache
  readonly #endpoints = new Map<string, Map<string, Endpoint>>()
  readonly #names = new Map<string, string>()
  readonly #refusals = new Refusals()
  readonly #listeners = new Set<() => void>()
  #watch: Timer | undefined
  #seen = ''

  constructor(options: NetworkOptions) {
    this.#options = options
    this.#facts = new FactsCache(options.clock, () => readFacts(options.ec2()))
  }

  bind({ vpcId, ip }: PrivateAddress, endpoint: Endpoint): Binding {
    const endpoints = this.#endpoints.get(vpcId) ?? new Map<string, Endpoint>()
    this.#endpoints.set(vpcId, endpoints.set(ip, endpoint))
    this.#notify()
    return {
      release: () => {
        if (endpoints.get(ip) !== endpoint) return
        endpoints.delete(ip)
        this.#notify()
      },
    }
  }

  async connect(from: Source, to: PrivateAddress & { port: number }): Promise<Duplex> {
    const decision =
      from.vpcId === to.vpcId
        ? await this.explain(from.ip, to)
        : this.#refuse(from, `${to.ip}:${to.port}`, `${from.vpcId} has no route to ${to.vpcId}`)
    if (!decision.allowed) throw new ConnectionDropped(decision.reason)
    const endpoint = this.#endpoints.get(to.vpcId)?.get(to.ip)
    if (endpoint === undefined) {
      throw new ConnectionRefused(`nothing answers at ${to.ip}:${to.port}`)
    }
    return endpoint.connect(to.port, from)
  }

  setName(name: string, address: PrivateAddress | undefined): void {
    const key = name.toLowerCase()
    if (address !== undefined) {
      this.#names.set(`${address.vpcId} ${key}`, address.ip)
      return
    }
    for (const known of this.#names.keys()) {
      if (known.endsWith(` ${key}`)) this.#names.delete(known)
    }
  }

  resolve(name: string, vpcId: string): string | undefined {
    return this.#names.get(`${vpcId} ${name.toLowerCase()}`)
  }

  async view(vpcId: string, ips: readonly string[] = []): Promise<VpcView> {
    const facts = await this.#facts.knowing((known) => knowsAll(known, vpcId, ips))
    return {
      cidrs: facts.cidrs.get(vpcId) ?? [],
      endpoints: new Map(this.#endpoints.get(vpcId)),
      openings: (fromIp, toIp) => openings(facts, vpcId, fromIp, toIp),
      outside: (ip) => outsideOpenings(facts, { vpcId, ip }),
    }
  }

  async explain(fromIp: string, to: Destination): Promise<Decision> {
    const facts = await this.#facts.knowing((known) => knowsAll(known, to.vpcId, [fromIp, to.ip]))
    const decision = judge(facts, fromIp, to)
    if (decision.allowed) return decision
    const from = { vpcId: to.vpcId, ip: fromIp }
    return this.#refuse(from, `${to.ip}:${to.port}`, decision.reason)
  }

  async connectOutside(from: Source, to: { host: string; port: number }): Promise<Duplex> {
    const name = `${to.host}:${to.port}`
    const { lookup: find = lookupAddresses, dial = dialTcp } = this.#options
    const facts = await this.#facts.knowing((known) => knowsAll(known, from.vpcId, [from.ip]))
    // Judged before the name is looked up, so that a task without a way out learns nothing.
    const routed = judgeOutside(facts, from, { port: to.port })
    if (!routed.allowed) throw new ConnectionDropped(this.#refuse(from, name, routed.reason).reason)
    const found = await find(to.host)
    const ip = found.find(isPublic)
    if (ip === undefined) {
      const reason = `${to.host} has no address on the internet`
      throw new ConnectionDropped(this.#refuse(from, name, reason).reason)
    }
    const decision = judgeOutside(facts, from, { port: to.port, ip })
    if (!decision.allowed) {
      throw new ConnectionDropped(this.#refuse(from, name, decision.reason).reason)
    }
    return dial(ip, to.port)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    this.#watch ??= this.#watchLater()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#watch?.cancel()
      this.#watch = undefined
    }
  }

  refusals() {
    return this.#refusals.list()
  }

  policyChanged(): void {
    this.#facts.drop()
    this.#notify()
  }

  #refuse(from: PrivateAddress, to: string, reason: string): { allowed: false; reason: string } {
    this.#refusals.add({
      at: this.#options.clock.now(),
      vpcId: from.vpcId,
      from: from.ip,
      to,
      reason,
    })
    this.#options.log.warn('a connection was dropped', { from: from.ip, to, reason })
    return { allowed: false, reason }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }

  /** EC2 need not tell of its changes: while somebody cares, they are noticed within a second. */
  #watchLater(): Timer {
    const { clock, log } = this.#options
    return clock.after(clock.real(WATCH_MS), () => {
      this.#watch = this.#watchLater()
      this.#lookForChanges().catch((error: unknown) => {
        log.error('the network could not ask EC2', { error: String(error) })
      })
    })
  }

  async #lookForChanges(): Promise<void> {
    const text = fingerprint(await this.#facts.fresh())
    const changed = text !== this.#seen
    this.#seen = text
    if (changed) this.#notify()
  }
}

function knowsAll(facts: VpcFacts, vpcId: string, ips: readonly string[]): boolean {
  return ips.every((ip) => facts.interfaces.has(addressKey(vpcId, ip)))
}

function fingerprint(facts: VpcFacts): string {
  return JSON.stringify(Object.values(facts).map((map: ReadonlyMap<string, unknown>) => [...map]))
}

async function lookupAddresses(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, family: 4 })
  return found.map((each) => each.address)
}

function dialTcp(ip: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: ip, port })
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
    const fail = (error: NodeJS.ErrnoException): void => {
      const refused = error.code === 'ECONNREFUSED'
      reject(refused ? new ConnectionRefused(error.message) : new ConnectionDropped(error.message))
    }
    socket.once('error', fail)
  })
}
