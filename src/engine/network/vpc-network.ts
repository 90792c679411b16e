import type { Duplex } from 'node:stream'
import type { Endpoint, Network, Source } from './network.ts'
import type { Opening } from './opening.ts'
import type { Decision, Destination } from './policy.ts'
import type { Refusal } from './refusals.ts'

/** The network with what runtimes and diagnoses need beyond binding and connecting. */
export interface VpcNetwork extends Network {
  /** A VPC as it is now; `ips` are addresses that it should know (new interfaces). */
  view(vpcId: string, ips?: readonly string[]): Promise<VpcView>
  /** Why a connection is (not) carried. A refusal is logged and kept. */
  explain(fromIp: string, to: Destination): Promise<Decision>
  /** Opens a connection to the internet, where routes and groups of `from` allow it. */
  connectOutside(from: Source, to: { host: string; port: number }): Promise<Duplex>
  /** Called when bindings or policy may have changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  /** The latest refusals, oldest first. */
  refusals(): readonly Refusal[]
  policyChanged(): void
}

export interface VpcView {
  readonly cidrs: readonly string[]
  /** What is bound in the VPC, by address. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  /** What one address may send to another. */
  openings(fromIp: string, toIp: string): readonly Opening[]
  /** What an address may send out of the VPC. */
  outside(fromIp: string): readonly Opening[]
}
