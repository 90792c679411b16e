import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Answer, Ask, ProgramExit } from './agent/messages.ts'

/**
 * A VPC's network namespace, in which an agent does what the engine asks. How the agent got there,
 * and how its connections reach the engine, is the runtime's own business.
 */
export interface Router {
  readonly vpcId: string
  ask<Op extends Ask['op']>(ask: Extract<Ask, { op: Op }>): Promise<Answer<Op>>
  /** Runs a program in the agent's namespaces; rejects with what it complained about. */
  run(argv: readonly string[], input?: string): Promise<string>
  /** What connects to a port, at whatever address, as this server's connections. */
  listen(port: number): Promise<Server>
  receive(address: string, port: number): Promise<Datagrams>
  /** A connection from any address to a task. */
  connect(host: string, port: number, from: string): Promise<Duplex>
  /** Calls once when the program started under `key` has ended, or everything has. */
  onExit(key: string, listener: (exit: ProgramExit) => void): void
  /** Calls when the namespaces are gone, however they went. */
  onLost(listener: () => void): void
  close(): Promise<void>
}

/** The part of a datagram socket that a resolver needs. */
export interface Datagrams {
  on(
    event: 'message',
    listener: (message: Buffer, from: { address: string; port: number }) => void,
  ): unknown
  send(message: Buffer, port: number, address: string, done: () => void): unknown
  close(): unknown
}
