import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Ask, ProgramExit } from '../process/agent/messages.ts'
import type { Datagrams, Router } from '../process/router.ts'
import {
  type Greeting,
  onMessages,
  readGreeting,
  sendMessage,
  type ToAgent,
  type ToEngine,
} from './agent/wire.ts'
import { carriedSocket } from './carried-socket.ts'
import { DatagramRelay } from './datagram-relay.ts'

export interface RouterContainer {
  /** Resolves when it has ended, with its last words. */
  readonly ended: Promise<string>
  remove(): Promise<void>
}

export interface DockerRouterOptions {
  readonly vpcId: string
  /** Starts the agent's container, with a directory of this machine at `SOCKET_DIRECTORY`. */
  readonly startContainer: (directory: string) => Promise<RouterContainer>
}

/** Where the agent finds the engine's socket. */
export const SOCKET_DIRECTORY = '/longshore/run'
export const SOCKET_NAME = 'engine.sock'

interface Waiting {
  readonly resolve: (answer: object) => void
  readonly reject: (error: Error) => void
}

/** A VPC's namespace in a container, whose agent connects to a Unix socket of the engine. */
export class DockerRouter implements Router {
  readonly vpcId: string
  readonly #server: Server
  readonly #directory: string
  readonly #waiting = new Map<number, Waiting>()
  readonly #making = new Map<number, (socket: Socket) => void>()
  readonly #listeners = new Map<number, Server>()
  readonly #relays = new Map<number, DatagramRelay>()
  readonly #lost = new Set<() => void>()
  readonly #exits = new Map<string, (exit: ProgramExit) => void>()
  readonly #ready = Promise.withResolvers<void>()
  #container: RouterContainer | undefined
  #control: Socket | undefined
  #requests = 0
  #closed = false

  private constructor(vpcId: string) {
    this.vpcId = vpcId
    this.#ready.promise.catch(() => {})
    // Short, as the kernel allows 107 characters for a socket's path.
    this.#directory = mkdtempSync(join(tmpdir(), 'longshore-'))
    chmodSync(this.#directory, 0o700)
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {})
      readGreeting(socket, (greeting) => this.#welcome(socket, greeting))
    })
  }

  static async start({ vpcId, startContainer }: DockerRouterOptions): Promise<DockerRouter> {
    const router = new DockerRouter(vpcId)
    try {
      await router.#listen()
      const container = await startContainer(router.#directory)
      router.#container = container
      void container.ended.then((words) => {
        router.#ready.reject(new Error(`the router of ${vpcId} ended: ${words}`))
        router.#end()
      })
      await router.#ready.promise
      return router
    } catch (error) {
      await router.close()
      throw error
    }
  }

  async ask<Op extends Ask['op']>(ask: Extract<Ask, { op: Op }>): Promise<Answer<Op>> {
    return (await this.#send(ask)).answer as Answer<Op>
  }

  async run(argv: readonly string[], input?: string): Promise<string> {
    const ask = { op: 'run', argv, ...(input === undefined ? {} : { input }) } as const
    const { code, stdout, stderr } = await this.ask<'run'>(ask)
    if (code === 0) return stdout
    throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim()}`)
  }

  async listen(port: number): Promise<Server> {
    await this.#send({ op: 'listen', port })
    // It listens nowhere: the agent's connections are given to it.
    const server = createServer()
    this.#listeners.set(port, server)
    return server
  }

  async receive(address: string, port: number): Promise<Datagrams> {
    const { id } = await this.#send({ op: 'receive', address, port })
    const relay = new DatagramRelay((message, toPort, toAddress) =>
      this.#tell({
        datagram: message.toString('base64'),
        from: id,
        port: toPort,
        address: toAddress,
      }),
    )
    this.#relays.set(id, relay)
    return relay
  }

  async connect(host: string, port: number, from: string): Promise<Socket> {
    const { promise, resolve } = Promise.withResolvers<Socket>()
    const id = this.#requests + 1
    this.#making.set(id, resolve)
    try {
      await this.#send({ op: 'connect', host, port, from })
      return await promise
    } finally {
      this.#making.delete(id)
    }
  }

  onExit(key: string, listener: (exit: ProgramExit) => void): void {
    if (this.#closed) listener(LOST)
    else this.#exits.set(key, listener)
  }

  onLost(listener: () => void): void {
    if (this.#closed) listener()
    else this.#lost.add(listener)
  }

  /** Makes a process end with the engine. Returns how to let go of it. */
  adopt(pid: number): () => void {
    this.#tell({ adopt: pid })
    return () => this.#tell({ release: pid })
  }

  async close(): Promise<void> {
    this.#end()
    await this.#container?.remove()
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(join(this.#directory, SOCKET_NAME), resolve)
    })
  }

  #welcome(socket: Socket, greeting: Greeting): void {
    switch (greeting.kind) {
      case 'control':
        this.#control = socket
        onMessages<ToEngine>(socket, (message) => this.#receive(message))
        socket.once('close', () => this.#end())
        return
      case 'accepted': {
        const server = this.#listeners.get(greeting.port)
        if (server === undefined) socket.destroy()
        else server.emit('connection', this.#carried(socket, greeting))
        return
      }
      case 'made': {
        const take = this.#making.get(greeting.id)
        if (take === undefined) socket.destroy()
        else take(this.#carried(socket, greeting))
      }
    }
  }

  #carried(socket: Socket, greeting: Extract<Greeting, { kind: 'accepted' | 'made' }>): Socket {
    return carriedSocket(socket, greeting, () => this.#tell({ reset: greeting.carried }))
  }

  #send(ask: Ask): Promise<{ id: number; answer: object }> {
    if (this.#closed) return Promise.reject(new Error(`the router of ${this.vpcId} is gone`))
    const id = ++this.#requests
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve({ id, answer }), reject })
      this.#tell({ id, ask })
    })
  }

  #tell(message: ToAgent): void {
    if (this.#control !== undefined) sendMessage(this.#control, message)
  }

  #receive(message: ToEngine): void {
    switch (message.kind) {
      case 'ready':
        return this.#ready.resolve()
      case 'exit':
        this.#exits.get(message.key)?.(message.exit)
        this.#exits.delete(message.key)
        return
      case 'datagram': {
        const { address, port } = message
        const bytes = Buffer.from(message.datagram, 'base64')
        this.#relays.get(message.id)?.emit('message', bytes, { address, port })
        return
      }
      case 'answer':
      case 'failure': {
        const waiting = this.#waiting.get(message.id)
        this.#waiting.delete(message.id)
        if (message.kind === 'answer') waiting?.resolve(message.answer)
        else waiting?.reject(Object.assign(new Error(message.message), { code: message.code }))
      }
    }
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    const error = new Error(`the router of ${this.vpcId} is gone`)
    this.#ready.reject(error)
    for (const { reject } of this.#waiting.values()) reject(error)
    for (const listener of this.#exits.values()) listener(LOST)
    for (const listener of this.#lost) listener()
    this.#waiting.clear()
    this.#control?.destroy()
    this.#server.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** A program that ended with its namespaces was killed. */
const LOST: ProgramExit = { exitCode: 137, outOfMemory: false }
