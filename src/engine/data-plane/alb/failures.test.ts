import { expect, test } from 'vitest'
import { httpBackend, rawBackend } from '../testing/backends.ts'
import { balanced } from '../testing/balanced.ts'
import { eventually } from '../testing/eventually.ts'
import { forwardTo } from '../testing/test-plane.ts'

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
  `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`

test('answers 503 while nothing is registered', async () => {
  const { url } = await balanced()
  const response = await fetch(url)
  expect(response.status).toBe(503)
  expect(response.headers.get('server')).toBe('awselb/2.0')
  expect(response.headers.get('content-type')).toBe('text/html')
  expect(response.headers.get('content-length')).toBe('162')
  expect(await response.text()).toBe(page('503 Service Temporarily Unavailable'))
})

test('answers 502 when no target accepts a connection', async () => {
  const { plane, url } = await balanced()
  const gone = await httpBackend(() => {})
  await plane.register('arn:group', gone.port)
  gone.close()
  const response = await fetch(url)
  expect(response.status).toBe(502)
  expect(await response.text()).toBe(page('502 Bad Gateway'))
})

test('tries another target when one refuses the connection', async () => {
  const { plane, url } = await balanced(httpBackend((_, response) => response.end('here')))
  const gone = await httpBackend(() => {})
  await plane.register('arn:group', gone.port)
  gone.close()
  for (let i = 0; i < 4; i++) expect(await (await fetch(url)).text()).toBe('here')
})

test('answers 502 and does not repeat a request that a target may have seen', async () => {
  let seen = 0
  const breaking = (): ReturnType<typeof rawBackend> =>
    rawBackend((socket) => {
      seen++
      socket.destroy()
    })
  const { url } = await balanced(breaking(), breaking())
  expect((await fetch(url)).status).toBe(502)
  expect(seen).toBe(1)
})

test.each([
  ['no status line', 'hello\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an unknown encoding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['a bad first chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  [
    'a switch nobody asked for',
    'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  ],
])('answers 502 to a response with %s', async (_, response) => {
  const { url } = await balanced(rawBackend((socket) => socket.write(response, 'latin1')))
  expect((await fetch(url)).status).toBe(502)
})

test('ends the connection when a response breaks off, for the client must see it', async () => {
  const backend = rawBackend((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await raw.ended()).toMatch(/half$/)
})

test('answers 504 when a target is silent for the idle time-out', async () => {
  let asked: () => void = () => {}
  const request = new Promise<void>((resolve) => {
    asked = resolve
  })
  const { plane, url } = await balanced(rawBackend(() => asked()))
  const answer = fetch(url)
  await request
  await plane.clock.advance(59_000)
  await plane.clock.advance(3_000)
  const response = await answer
  expect(response.status).toBe(504)
  expect(await response.text()).toBe(page('504 Gateway Time-out'))
})

test('answers 504 when packets to the target vanish', async () => {
  const { plane, client } = await balanced()
  const backend = await httpBackend(() => {})
  await plane.register('arn:group', backend.port)
  plane.network.dropped.add('10.0.0.9')
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await eventually(() => plane.plane.group('arn:group')?.counters.requests === 1)
  await plane.clock.advance(10_000)
  expect(await raw.ended()).toContain('HTTP/1.1 504 Gateway Time-out')
  backend.close()
})

test('counts 460 and lets the target know when a client leaves early', async () => {
  const events: string[] = []
  const backend = rawBackend((socket) => {
    events.push('asked')
    socket.once('close', () => events.push('left'))
  })
  const { plane, client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await eventually(() => events.includes('asked'))
  raw.socket.destroy()
  await eventually(() => events.includes('left'))
  const counters = plane.plane.balancer('arn:balancer')?.counters
  expect(counters?.generated.get(460)).toBe(1)
})

test.each([
  ['no HTTP at all', '\x16\x03\x01\r\n\r\n', 400],
  [
    'two ends',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
  ['an unknown encoding', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['a head without an end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}`, 400],
  [
    'too many addresses',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${'1,'.repeat(30)}1\r\n\r\n`,
    463,
  ],
])('refuses %s and ends the connection', async (_, request, status) => {
  const { client } = await balanced(httpBackend((_request, response) => response.end('seen')))
  const raw = client()
  raw.send(`${request}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`)
  const answer = await raw.ended()
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(answer).not.toContain('seen')
})

test('answers 400 when the chunks of a body cannot be read', async () => {
  const { client } = await balanced(httpBackend((request) => request.resume()))
  const raw = client()
  raw.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n')
  expect(await raw.ended()).toContain('HTTP/1.1 400 Bad Request')
})

test('closes an idle connection, and answers 408 to half a request', async () => {
  const { plane, client } = await balanced()
  const idle = client()
  idle.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await idle.until('503')
  const half = client()
  const counters = plane.plane.balancer('arn:balancer')?.counters
  const before = counters?.processedBytes
  half.send('GET / HTTP/1.1\r\nHost')
  await eventually(() => counters?.processedBytes !== before)
  await plane.clock.advance(62_000)
  expect(await idle.ended()).not.toContain('408')
  expect(await half.ended()).toContain('HTTP/1.1 408')
})

test('answers by itself with fixed responses and redirects', async () => {
  const { plane, client } = await balanced()
  await plane.setRules([
    forwardTo('arn:group', {
      conditions: [{ field: 'path-pattern', values: ['/ping'], regexes: [] }],
      action: { type: 'fixed-response', status: 200, contentType: 'application/json', body: '{}' },
    }),
    forwardTo('arn:group', {
      action: {
        type: 'redirect',
        status: 301,
        protocol: 'HTTPS',
        host: '#{host}',
        port: '443',
        path: '/#{path}',
        query: '#{query}',
      },
    }),
  ])
  const raw = client()
  raw.send(
    'GET /ping HTTP/1.1\r\nHost: a\r\n\r\nGET /films?page=2 HTTP/1.1\r\nHost: b:8080\r\n\r\n',
  )
  const answer = await raw.until('</html>')
  expect(answer).toContain('Content-Type: application/json\r\nContent-Length: 2\r\n')
  expect(answer).toContain('HTTP/1.1 301 Moved Permanently\r\n')
  expect(answer).toContain('Location: https://b:443/films?page=2\r\n')
})
