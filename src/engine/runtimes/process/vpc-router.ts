import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket as DatagramSocket } from 'node:dgram'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'
import type { Log } from '../../../base/log.ts'
import type { Answer, Ask, Message, ProgramExit, Request } from './agent/messages.ts'
import type { Tools } from './tools.ts'
import { inNamespaces, mapsAllUsers, mapUsers } from './user-namespace.ts'

export interface RouterOptions {
  readonly vpcId: string
  readonly tools: Tools
  readonly log: Log
  /** Where Node keeps compiled code, so that the agent starts fast. */
  readonly compileCache: string
}

interface Waiting {
  readonly resolve: (answer: object, handle: unknown) => void
  readonly reject: (error: Error) => void
}

/** Its own network, PID, IPC and mount namespace, in which a VPC's tasks have theirs. */
const NAMESPACES = ['--net', '--mount', '--pid', '--ipc', '--uts']
/** Written by the shell once it is in its user namespace (see `inNamespaces`). */
const READY_TO_BE_MAPPED = '.'

/**
 * A VPC on this machine: a tree of namespaces with the agent as its first process. It ends with
 * the engine, by the kernel's hand (parent-death signal) and by the closing of its channel.
 */
export class VpcRouter {
  readonly vpcId: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #exits = new Map<string, (exit: ProgramExit) => void>()
  readonly #lost = new Set<() => void>()
  #requests = 0
  #closed = false

  private constructor(vpcId: string, child: ChildProcess) {
    this.vpcId = vpcId
    this.#child = child
  }

  /** Makes the namespaces and waits for the agent. */
  static async start({ vpcId, tools, log, compileCache }: RouterOptions): Promise<VpcRouter> {
    const here = import.meta.dirname
    const agent = join(here, 'agent', import.meta.filename.endsWith('.ts') ? 'main.ts' : 'main.js')
    const boot = [tools.paths.sh, join(here, 'scripts/boot.sh')]
    const node = [process.execPath, '--max-semi-space-size=1', agent, vpcId]
    const [program = '', ...args] = inNamespaces(tools.paths, NAMESPACES, [...boot, ...node])
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      env: { PATH: tools.searchPath, NODE_COMPILE_CACHE: compileCache },
    })
    const router = new VpcRouter(vpcId, child)
    let complaints = ''
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + String(chunk)).slice(-4000)
      log.warn('an agent complains', { vpcId, text: String(chunk).trim() })
    })
    child.stdin?.on('error', () => {})
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => {
        reject(new Error(`the namespaces of ${vpcId} ended with ${code}: ${complaints.trim()}`))
        router.#end()
      })
      child.stdout?.on('data', (chunk) => {
        if (mapsAllUsers() && String(chunk).startsWith(READY_TO_BE_MAPPED)) {
          mapUsers(child.pid ?? 0)
          child.stdin?.write('\n')
        }
      })
      child.on('message', (message: Message, handle) => {
        if (message.kind === 'ready') resolve()
        else router.#receive(message, handle)
      })
    })
    return router
  }

  async ask<Op extends Ask['op']>(ask: Extract<Ask, { op: Op }>): Promise<Answer<Op>> {
    const { answer } = await this.#send(ask)
    return answer as Answer<Op>
  }

  /** Runs a program in the agent's namespaces; rejects with what it complained about. */
  async run(argv: readonly string[], input?: string): Promise<string> {
    const ask = { op: 'run', argv, ...(input === undefined ? {} : { input }) } as const
    const { code, stdout, stderr } = await this.ask<'run'>(ask)
    if (code === 0) return stdout
    throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim()}`)
  }

  async listen(port: number): Promise<Server> {
    return (await this.#send({ op: 'listen', port })).handle as Server
  }

  async receive(address: string, port: number): Promise<DatagramSocket> {
    return (await this.#send({ op: 'receive', address, port })).handle as DatagramSocket
  }

  async connect(host: string, port: number, from: string): Promise<Socket> {
    return (await this.#send({ op: 'connect', host, port, from })).handle as Socket
  }

  /** Calls once when the program started under `key` has ended, or everything has. */
  onExit(key: string, listener: (exit: ProgramExit) => void): void {
    if (this.#closed) listener(LOST)
    else this.#exits.set(key, listener)
  }

  /** Calls when the namespaces are gone, however they went. */
  onLost(listener: () => void): void {
    if (this.#closed) listener()
    else this.#lost.add(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const gone = new Promise<void>((resolve) => this.onLost(resolve))
    this.#child.kill('SIGKILL')
    await gone
  }

  #send(ask: Ask): Promise<{ answer: object; handle: unknown }> {
    if (this.#closed) return Promise.reject(new Error(`the namespaces of ${this.vpcId} are gone`))
    return new Promise((resolve, reject) => {
      const id = ++this.#requests
      this.#waiting.set(id, { resolve: (answer, handle) => resolve({ answer, handle }), reject })
      this.#child.send({ id, ask } satisfies Request)
    })
  }

  #receive(message: Exclude<Message, { kind: 'ready' }>, handle: unknown): void {
    if (message.kind === 'exit') {
      this.#exits.get(message.key)?.(message.exit)
      this.#exits.delete(message.key)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'answer') waiting?.resolve(message.answer, handle)
    else waiting?.reject(Object.assign(new Error(message.message), { code: message.code }))
  }

  #end(): void {
    this.#closed = true
    const error = new Error(`the namespaces of ${this.vpcId} are gone`)
    for (const { reject } of this.#waiting.values()) reject(error)
    for (const listener of this.#exits.values()) listener(LOST)
    for (const listener of this.#lost) listener()
    this.#waiting.clear()
    this.#exits.clear()
  }
}

/** A program that ended with its namespaces was killed. */
const LOST: ProgramExit = { exitCode: 137, outOfMemory: false }
