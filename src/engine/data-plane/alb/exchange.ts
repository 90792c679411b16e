import type { Duplex } from 'node:stream'
import type { RequestHead } from '../http/request-head.ts'
import { Framing } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { type Generated, generatedPage } from '../http/generated.ts'
import { chooseGroup, type ForwardAction, redirectLocation } from '../rules/actions.ts'
import { hostName, type Matchable } from '../rules/conditions.ts'
import type { Rule } from '../rules/match.ts'
import { applyTransforms } from '../rules/transforms.ts'
import { isDropped, isRefused } from '../targets/open-connection.ts'
import type { Target } from '../targets/target.ts'
import type { ResponseReader, TargetConnection } from '../targets/target-connection.ts'
import type { TargetGroup } from '../targets/target-group.ts'
import { affinityLines, stickyGroup, stickyTarget } from './affinity.ts'
import type { AlbEnvironment, Peer } from './environment.ts'
import { isUpgrade, requestToTarget, responseToClient, switchToClient } from './rewrite.ts'
import { traceHeader } from './trace-id.ts'
import { Upstream } from './upstream.ts'

/** How often a request that no target has seen yet is tried elsewhere. */
const MAX_ATTEMPTS = 3

/** The client's connection, as an exchange needs it. */
export interface ExchangeClient {
  readonly head: RequestHead
  readonly peer: Peer
  readonly protocol: 'http' | 'https'
  /** Whether the connection may stay open after the current request. */
  readonly keepsAlive: boolean
  /** Notes that something moved: the idle time-out begins anew. */
  touch(): void
  send(head: string, body: Buffer | undefined): boolean
  sendBody(part: Buffer): boolean
  respond(answer: Generated): void
  /** The exchange can take the request's body. */
  onReady(): void
  /** The target can take more of it. */
  onDrain(): void
  /** The connection goes on in another protocol. */
  onSwitch(): void
  onDone(keepAlive: boolean): void
  destroy(): void
}

/** One request and its response: where it goes, what becomes of it, what is counted. */
export class Exchange implements ResponseReader, Matchable {
  readonly method: string
  readonly unframed: boolean
  requestSent: boolean
  /** Whether the body may be sent. */
  ready = false
  readonly path: string
  readonly query: string
  readonly #client: ExchangeClient
  readonly #env: AlbEnvironment
  #rule: Rule | undefined
  #action: ForwardAction | undefined
  #group: TargetGroup | undefined
  #target: Target | undefined
  #upstream: TargetConnection | undefined
  #refused: Set<Target> | undefined
  #sentAtMs = 0
  #responded = false
  #keepAlive = false
  #over = false

  constructor(client: ExchangeClient, env: AlbEnvironment) {
    const { head } = client
    this.#client = client
    this.#env = env
    this.method = head.method
    this.unframed = head.http10
    this.requestSent = head.framing === Framing.none
    const mark = head.target.indexOf('?')
    this.path = mark < 0 ? head.target : head.target.slice(0, mark)
    this.query = mark < 0 ? '' : head.target.slice(mark + 1)
  }

  get host(): string {
    return this.#client.head.host
  }

  get clientIp(): string {
    return this.#client.peer.ip
  }

  header(name: string): string[] {
    const { fields, text } = this.#client.head
    const values: string[] = []
    for (let i = 0; i < fields.count; i++) {
      if (fields.name(text, i).toLowerCase() === name) values.push(fields.value(text, i))
    }
    return values
  }

  /** Decides by the listener's rules. */
  start(): void {
    this.#rule = this.#env.rules.match(this)
    const action = this.#rule?.action
    switch (action?.type) {
      case 'forward':
        this.#action = action
        this.#forward(action)
        return
      case 'redirect': {
        const location = redirectLocation(action, this.#requestedUrl(), (protocol, port) =>
          this.#env.localPort(protocol, port),
        )
        this.#env.counters.redirects++
        this.#respond(generatedPage(action.status, `Location: ${location}\r\n`))
        return
      }
      case 'fixed-response':
        this.#env.counters.fixedResponses++
        this.#respond({ ...action, lines: '' })
        return
      case undefined:
        this.#fail(503)
    }
  }

  /** Sends a part of the request's body; false when the target is slower than the client. */
  sendBody(part: Buffer): boolean {
    return this.#upstream?.send(part) ?? true
  }

  flush(): void {
    this.#upstream?.flush()
  }

  /** The client ended its side of an upgraded connection. */
  endSending(): void {
    this.#upstream?.endSending()
  }

  onDrain(): void {
    this.#client.onDrain()
  }

  /** The client can take more of the response. */
  resume(): void {
    this.#upstream?.resume()
  }

  /** The client is gone. AWS counts it as 460. */
  abort(): void {
    if (this.#over) return
    if (!this.#responded) this.#env.counters.countGenerated(460)
    this.#release()
  }

  /** Nothing moved for the idle time-out. */
  expire(): void {
    if (this.#responded) this.#break()
    else this.#fail(504)
  }

  /** The client's body has no readable framing. */
  refuseBody(): void {
    if (this.#responded) this.#break()
    else this.#fail(400)
  }

  onInterim(head: ResponseHead): void {
    this.#client.touch()
    if (!this.unframed) this.#client.send(head.text, undefined)
  }

  onHead(head: ResponseHead, body: Buffer | undefined, ended: boolean): boolean {
    const { clock } = this.#env
    const switches = head.status === 101
    if (switches && !isUpgrade(this.#client.head)) {
      this.#fail(502)
      return true
    }
    this.#client.touch()
    this.#responded = true
    const nowMs = clock.now()
    this.#group?.counters.countResponse(head.status, (nowMs - this.#sentAtMs) / clock.pace / 1000)
    const cookies = this.#cookies(head, nowMs)
    if (switches) {
      const ok = this.#client.send(switchToClient(head, cookies), body)
      this.#client.onSwitch()
      return ok
    }
    const bounded = head.framing !== Framing.untilClose
    const unframed = this.unframed && head.framing === Framing.chunked
    this.#keepAlive = this.#client.keepsAlive && bounded && !unframed
    const text = responseToClient(head, { keepAlive: this.#keepAlive, cookies, unframed })
    return this.#client.send(text, body) || ended
  }

  onBody(part: Buffer): boolean {
    this.#client.touch()
    return this.#client.sendBody(part)
  }

  onEnd(): void {
    this.#upstream = undefined
    this.#release()
    this.#client.onDone(this.#keepAlive && this.requestSent)
  }

  onFailure(): void {
    this.#upstream = undefined
    if (this.#responded) this.#break()
    else this.#fail(502)
  }

  #forward(action: ForwardAction): void {
    const { random, recentlyMs: nowMs } = this.#env
    const { cookie } = this.#client.head
    const [only] = action.groups
    const arn =
      action.groups.length === 1
        ? only?.arn
        : (stickyGroup(action, cookie, nowMs) ?? chooseGroup(action.groups, random.next())?.arn)
    const group = arn === undefined ? undefined : this.#env.group(arn)
    this.#group = group
    if (group === undefined) return this.#fail(503)
    const sticky = cookie === '' ? undefined : stickyTarget(group, cookie, nowMs)
    const target = sticky ?? group.choose()
    if (target === undefined) return this.#fail(503)
    this.#env.counters.requests++
    group.counters.requests++
    this.#sendTo(target, group)
  }

  #sendTo(target: Target, group: TargetGroup): void {
    this.#target = target
    target.begin()
    const idle = target.idle.take()
    if (idle !== undefined) return this.#begin(idle)
    this.#env.connect(group, target).then(
      (socket) => this.#onConnected(socket, target),
      (error: unknown) => {
        if (!this.#over) this.#onConnectError(error, target, group)
      },
    )
  }

  #onConnected(socket: Duplex, target: Target): void {
    const upstream = new Upstream(socket, target, this.#env)
    if (this.#over) return upstream.destroy()
    this.#begin(upstream)
    this.#client.onReady()
  }

  /** Nothing was sent, so another target may have the request. */
  #onConnectError(error: unknown, target: Target, group: TargetGroup): void {
    group.counters.connectionErrors++
    target.end()
    this.#target = undefined
    const refused = (this.#refused ??= new Set())
    refused.add(target)
    const next = isRefused(error) && refused.size < MAX_ATTEMPTS ? group.choose(refused) : undefined
    if (next !== undefined) return this.#sendTo(next, group)
    this.#fail(isDropped(error) ? 504 : 502)
  }

  #begin(upstream: TargetConnection): void {
    const { config, http, clock, dnsName } = this.#env
    const { head, peer, protocol } = this.#client
    const from = { host: head.host === '' ? dnsName : head.host, target: head.target }
    const transforms = this.#rule?.transforms ?? []
    const { host, target } = transforms.length === 0 ? from : applyTransforms(transforms, from)
    const text = requestToTarget(head, {
      clientIp: peer.ip,
      clientPort: peer.port,
      protocol,
      port: peer.toPort === 0 ? config.port : peer.toPort,
      forwardedFor: http.forwardedFor,
      withClientPort: http.withClientPort,
      dropInvalidFields: http.dropInvalidFields,
      traceId: traceHeader(head.traceId, this.#env.traceId()),
      target,
      host,
    })
    this.#upstream = upstream
    this.#sentAtMs = clock.now()
    this.ready = true
    upstream.begin(this, text, head.framing !== Framing.none)
  }

  #cookies(head: ResponseHead, nowMs: number): string {
    const [action, group, target] = [this.#action, this.#group, this.#target]
    if (action === undefined || group === undefined || target === undefined) return ''
    if (action.stickyMs === undefined && group.config.stickiness === undefined) return ''
    const toWall = (engineMs: number): Date => this.#env.clock.toWall(engineMs)
    return affinityLines({ action, group, target, nowMs, toWall }, head)
  }

  #requestedUrl(): Parameters<typeof redirectLocation>[1] {
    return {
      protocol: this.#client.protocol,
      host: hostName(this.host),
      port: this.#env.config.port,
      path: this.path,
      query: this.query,
    }
  }

  #fail(status: number): void {
    this.#env.counters.countGenerated(status)
    this.#respond(generatedPage(status))
  }

  #respond(answer: Generated): void {
    this.#responded = true
    this.#release()
    this.#client.respond(answer)
  }

  /** A response that has begun cannot be taken back: its end must be seen to be missing. */
  #break(): void {
    this.#release()
    this.#client.destroy()
  }

  #release(): void {
    if (this.#over) return
    this.#over = true
    this.#upstream?.destroy()
    this.#upstream = undefined
    this.#target?.end()
  }
}
