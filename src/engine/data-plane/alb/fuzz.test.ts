import fc from 'fast-check'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { type Backend, httpBackend } from '../testing/backends.ts'
import { balanced } from '../testing/balanced.ts'
import { eventually } from '../testing/eventually.ts'
import { RawClient } from '../testing/raw-client.ts'

/** A request as Node's own server understood it. */
interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingHttpHeaders
  body: string
}

function recorder(): { seen: Seen[]; handler: RequestListener } {
  const seen: Seen[] = []
  return {
    seen,
    handler: (request, response) => {
      let body = ''
      request.setEncoding('latin1')
      request.on('data', (part: string) => {
        body += part
      })
      request.on('end', () => {
        const { method, url, headers } = request
        seen.push({ method, url, headers, body })
        response.end('ok')
      })
    },
  }
}

const oneOf = (characters: string): fc.Arbitrary<string> => fc.constantFrom(...characters.split(''))

const token = fc.string({ unit: oneOf('abcXYZ-_019'), minLength: 1, maxLength: 12 })
const value = fc
  .string({ unit: oneOf('abc xyz,;="/é\t'), maxLength: 30 })
  .map((text) => text.trim())
const body = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', '0', ';'), maxLength: 200 })

const message = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH'),
  path: fc.string({ unit: oneOf('abc/?&=%20.~'), maxLength: 40 }),
  fields: fc.array(
    token.map((name) => `X-${name}`).chain((name) => value.map((v) => `${name}: ${v}`)),
    { maxLength: 8 },
  ),
  body: fc.option(body),
  chunks: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 }),
  chunked: fc.boolean(),
})

type Message = typeof message extends fc.Arbitrary<infer T> ? T : never

function encode(request: Message): string {
  const head = [`${request.method} /${request.path} HTTP/1.1`, 'Host: a', ...request.fields]
  if (request.body === null) return `${head.join('\r\n')}\r\n\r\n`
  if (!request.chunked) {
    return `${[...head, `Content-Length: ${request.body.length}`].join('\r\n')}\r\n\r\n${request.body}`
  }
  let rest = request.body
  let framed = ''
  for (const size of [...request.chunks, 1000]) {
    const part = rest.slice(0, size)
    rest = rest.slice(size)
    if (part !== '') framed += `${part.length.toString(16)}\r\n${part}\r\n`
  }
  return `${[...head, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n${framed}0\r\n\r\n`
}

/** The fields that came from the client and concern the target. */
function own(headers: IncomingHttpHeaders): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(x-forwarded-|x-amzn-trace-id$|connection$)/.test(name),
    ),
  )
}

async function sendInParts(
  port: number,
  text: string,
  cuts: readonly number[],
): Promise<RawClient> {
  const client = new RawClient(port)
  client.socket.setNoDelay(true)
  const places = [0, ...cuts.map((cut) => cut % text.length), text.length].sort((a, b) => a - b)
  for (let i = 0; i + 1 < places.length; i++) {
    client.send(text.slice(places[i], places[i + 1]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return client
}

test('a target sees what the client sent, however it was cut and framed', async () => {
  const direct = recorder()
  const proxied = recorder()
  const peer = await httpBackend(direct.handler)
  const { plane } = await balanced(httpBackend(proxied.handler))
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(2000), { maxLength: 6 }),
      async (messages, cuts) => {
        direct.seen.length = 0
        proxied.seen.length = 0
        const text = messages.map(encode).join('')
        for (const port of [peer.port, plane.port]) {
          const client = await sendInParts(port, text, cuts)
          await client.until('HTTP/1.1 200', messages.length)
          client.socket.destroy()
        }
        const plain = ({ headers, ...rest }: Seen): unknown => ({ ...rest, headers: own(headers) })
        expect(proxied.seen.map(plain)).toEqual(direct.seen.map(plain))
      },
    ),
    { numRuns: 150 },
  )
  peer.close()
})

const FRAMINGS = [
  'Content-Length: 40',
  'Transfer-Encoding: chunked',
  'transfer-encoding: \tchunked ',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked',
  ' Transfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'X: y\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:\x0bchunked',
  'Content-Length: 0',
  'Content-Length: 00',
  'Content-Length: 4_0',
  'Content-Length: 0x28',
  'Content-Length: 40, 40',
  'Content-Length : 40',
  'Connection: Content-Length',
  'Connection: Transfer-Encoding',
  'Expect: 100-continue',
]
const BODIES = [
  '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  '28\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n0\r\n\r\n',
  '0;\r\nGET /smuggled HTTP/1.1\r\n\r\n\r\nHost: a\r\n\r\n',
  'GET /smuggled HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n',
]

test('no framing makes a target see a request that the load balancer did not', async () => {
  const proxied = recorder()
  const backend: Promise<Backend> = httpBackend(proxied.handler)
  const { plane, client } = await balanced(backend)
  const counters = plane.plane.group('arn:group')?.counters
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(FRAMINGS, { maxLength: 3 }),
      fc.constantFrom(...BODIES),
      fc.constantFrom('1.0', '1.1'),
      async (framing, bytes, version) => {
        proxied.seen.length = 0
        const before = counters?.requests ?? 0
        const raw = client()
        const fields = framing.map((line) => `${line}\r\n`).join('')
        raw.send(`POST / HTTP/${version}\r\nHost: a\r\n${fields}\r\n${bytes}`)
        await eventually(() => raw.received.includes('\r\n\r\n'))
        raw.socket.end()
        await raw.ended()
        const forwarded = (counters?.requests ?? 0) - before
        expect(proxied.seen.length).toBeLessThanOrEqual(forwarded)
      },
    ),
    { numRuns: 300 },
  )
})
