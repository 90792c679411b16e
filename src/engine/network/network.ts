import type { Duplex } from 'node:stream'

/**
 * The VPC as connections: who answers at a private address, and who may reach it.
 *
 * Nothing here is a real interface. A task's agent (or the ALB, or a health check) asks to open a
 * connection from an address of the VPC to another; the network finds the endpoint bound there and
 * the decision of the security groups, routes and network interfaces (which it learns through
 * EC2's operations), and joins the two streams.
 */
export interface Network {
  /** Makes `endpoint` answer at a private address until the binding is released. */
  bind(address: PrivateAddress, endpoint: Endpoint): Binding
  /**
   * Opens a connection. Rejects with a `ConnectionRefused` (nobody listens: TCP reset) or a
   * `ConnectionDropped` (no route or no security-group rule: on AWS the packets vanish).
   */
  connect(from: Source, to: PrivateAddress & { port: number }): Promise<Duplex>
  /** Private names of the VPC (database endpoints, service discovery): set, unset, look up. */
  setName(name: string, address: PrivateAddress | undefined): void
  resolve(name: string, vpcId: string): string | undefined
  /** Says that groups, routes or interfaces changed; without it, news travels within a second. */
  policyChanged?(): void
}

export interface PrivateAddress {
  readonly vpcId: string
  readonly ip: string
}

/** Where a connection comes from: an interface of the VPC. */
export interface Source extends PrivateAddress {
  /** The client's own port, where known. */
  readonly port?: number
}

/** What listens behind an address. */
export interface Endpoint {
  /**
   * The ports on which it may answer, where they are known (a database's, a load balancer's).
   * Tasks can reach the endpoint at these; without them, at the ports that are usual.
   */
  readonly ports?: readonly number[]
  /** Opens a stream to `port`; rejects with `ConnectionRefused` when nothing listens there. */
  connect(port: number, from: Source): Promise<Duplex>
}

export interface Binding {
  release(): void
}

export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused'
  readonly code = 'ECONNREFUSED'
}

export class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped'
  readonly code = 'ETIMEDOUT'
}
