import { Field } from '../http/fields.ts'
import { dropping, keptLines } from '../http/kept-lines.ts'
import { Framing, type RequestHead } from '../http/request-head.ts'
import type { ResponseHead } from '../http/response-head.ts'

/** What the load balancer tells the target about the client. */
export interface Forwarding {
  readonly clientIp: string
  readonly clientPort: number
  readonly protocol: 'http' | 'https'
  /** The port that the client connected to. */
  readonly port: number
  readonly forwardedFor: 'append' | 'preserve' | 'remove'
  readonly withClientPort: boolean
  readonly dropInvalidFields: boolean
  /** A whole `X-Amzn-Trace-Id`. */
  readonly traceId: string
  /** Path and query as the target gets them, after the rule's transforms. */
  readonly target: string
  readonly host: string
}

/** AWS: `routing.http.drop_invalid_header_fields.enabled`. */
const VALID_NAME = /^[-A-Za-z0-9]+$/

const HOP_BY_HOP = [
  Field.connection,
  Field.keepAlive,
  Field.proxyConnection,
  Field.te,
  Field.upgrade,
  Field.http2Settings,
]
const REQUEST_DROPS = dropping(
  ...HOP_BY_HOP,
  Field.host,
  Field.forwardedFor,
  Field.forwardedProto,
  Field.forwardedPort,
  Field.traceId,
)
const RESPONSE_DROPS = dropping(...HOP_BY_HOP)
const UNFRAMED_RESPONSE_DROPS = dropping(...HOP_BY_HOP, Field.transferEncoding)

/** The head that the target gets (AWS: "HTTP headers and Application Load Balancers"). */
export function requestToTarget(head: RequestHead, how: Forwarding): string {
  const upgrade = isUpgrade(head) ? `Connection: upgrade\r\nUpgrade: ${head.upgrade}\r\n` : ''
  const kept = keptLines(head.text, head.fields, {
    known: REQUEST_DROPS,
    nominated: head.nominated,
    unless: how.dropInvalidFields ? VALID_NAME : undefined,
  })
  return (
    `${head.method} ${how.target} HTTP/1.1\r\n${forwardedFor(head, how)}` +
    `X-Forwarded-Proto: ${how.protocol}\r\nX-Forwarded-Port: ${how.port}\r\n` +
    `Host: ${how.host}\r\nX-Amzn-Trace-Id: ${how.traceId}\r\n${kept}${upgrade}\r\n`
  )
}

/** Whether the request asks to go on in another protocol on its connection. */
export function isUpgrade(head: RequestHead): boolean {
  return head.wantsUpgrade && head.upgrade !== '' && !head.http10 && head.framing === Framing.none
}

function forwardedFor(head: RequestHead, how: Forwarding): string {
  if (how.forwardedFor === 'remove') return ''
  if (how.forwardedFor === 'preserve') {
    return head.forwardedFor === '' ? '' : `X-Forwarded-For: ${head.forwardedFor}\r\n`
  }
  const address = how.withClientPort ? withPort(how.clientIp, how.clientPort) : how.clientIp
  return head.forwardedFor === ''
    ? `X-Forwarded-For: ${address}\r\n`
    : `X-Forwarded-For: ${head.forwardedFor}, ${address}\r\n`
}

function withPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

/** What the client's side of a response depends on. */
export interface Answering {
  /** Whether the client's connection stays open afterwards. */
  readonly keepAlive: boolean
  /** `Set-Cookie` lines with their CRLFs, or nothing. */
  readonly cookies: string
  /** A client of HTTP/1.0 gets a chunked body unframed, up to the end of the connection. */
  readonly unframed: boolean
}

/** The head that the client gets. */
export function responseToClient(head: ResponseHead, how: Answering): string {
  const { text } = head
  const dropped = how.unframed ? UNFRAMED_RESPONSE_DROPS : RESPONSE_DROPS
  const lines = keptLines(text, head.fields, { known: dropped, nominated: head.nominated })
  const connection = how.keepAlive ? 'Connection: keep-alive' : 'Connection: close'
  return `HTTP/1.1 ${text.slice(9, head.fieldsStart)}${lines}${how.cookies}${connection}\r\n\r\n`
}

/** The change of protocol (101): its `Connection` and `Upgrade` are for the client too. */
export function switchToClient(head: ResponseHead, cookies: string): string {
  return `${head.text.slice(0, -2)}${cookies}\r\n`
}
