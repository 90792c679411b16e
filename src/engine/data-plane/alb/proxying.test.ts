import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { httpBackend, rawBackend } from '../testing/backends.ts'
import { balanced } from '../testing/balanced.ts'

const echo = httpBackend((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        trailers: request.trailers,
        body: Buffer.concat(parts).toString('latin1'),
      }),
    )
  })
})

interface Echoed {
  method: string
  url: string
  headers: Record<string, string>
  trailers: Record<string, string>
  body: string
}

const shared = (): typeof echo => echo.then((backend) => ({ ...backend, close: () => {} }))

test('tells the target about the client', async () => {
  const { plane, url } = await balanced(shared())
  const { headers } = (await (await fetch(`${url}/a?b=c`)).json()) as Echoed
  expect(headers).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(plane.port),
    host: `127.0.0.1:${plane.port}`,
  })
  expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
})

test('appends to what proxies before it said, and keeps the root of a trace', async () => {
  const { url } = await balanced(shared())
  const response = await fetch(url, {
    headers: {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8',
    },
  })
  const { headers } = (await response.json()) as Echoed
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1')
  expect(headers['x-forwarded-proto']).toBe('http')
  expect(headers['x-amzn-trace-id']).toMatch(
    /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678;Parent=/,
  )
})

test('preserves or removes the forwarded address where the attribute says so', async () => {
  const { plane, url } = await balanced(shared())
  const ask = async (): Promise<string | undefined> => {
    const response = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    return ((await response.json()) as Echoed).headers['x-forwarded-for']
  }
  plane.setHttp({ forwardedFor: 'preserve' })
  expect(await ask()).toBe('203.0.113.7')
  plane.setHttp({ forwardedFor: 'remove' })
  expect(await ask()).toBeUndefined()
  plane.setHttp({ forwardedFor: 'append', withClientPort: true })
  expect(await ask()).toMatch(/^203\.0\.113\.7, 127\.0\.0\.1:\d+$/)
})

test('drops invalid header names only where the attribute says so', async () => {
  const { plane, url } = await balanced(shared())
  const ask = async (): Promise<string | undefined> =>
    ((await (await fetch(url, { headers: { x_odd: '1' } })).json()) as Echoed).headers['x_odd']
  expect(await ask()).toBe('1')
  plane.setHttp({ dropInvalidFields: true })
  expect(await ask()).toBeUndefined()
})

test("keeps the fields of one connection to itself, and the sender's own list of them", async () => {
  const { client } = await balanced(shared())
  const raw = client()
  raw.send(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: x-secret, close\r\nX-Secret: 1\r\n' +
      'Keep-Alive: timeout=9\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nX-Kept: 2\r\n\r\n',
  )
  const answer = await raw.ended()
  expect(answer).toContain('"x-kept":"2"')
  for (const name of ['x-secret', '"te"', 'proxy-connection', 'keep-alive":']) {
    expect(answer).not.toContain(name)
  }
  expect(answer).toContain('\r\nConnection: close\r\n')
})

test('passes bodies on, by length and in chunks with trailers', async () => {
  const { url, client } = await balanced(shared())
  const posted = await fetch(url, { method: 'POST', body: 'hello' })
  expect(await posted.json()).toMatchObject({ method: 'POST', body: 'hello' })
  const raw = client()
  raw.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n')
  raw.send('Trailer: X-Sum\r\nConnection: close\r\n\r\n5\r\nhel')
  raw.send('lo\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n')
  const answer = await raw.ended()
  expect(answer).toContain('"body":"hello world"')
  expect(answer).toContain('"trailers":{"x-sum":"42"}')
})

test('passes on what the target answers in chunks, as it was framed', async () => {
  const backend = httpBackend((_, response) => {
    response.writeHead(201, { 'x-one': '1', trailer: 'x-sum' })
    response.write('first')
    response.addTrailers({ 'x-sum': '7' })
    response.end('second')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const answer = await raw.ended()
  expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
  expect(answer).toContain('x-one: 1\r\n')
  expect(answer).toContain('5\r\nfirst\r\n6\r\nsecond\r\n0\r\nx-sum: 7\r\n\r\n')
})

test('takes chunks out of their frames for a client of HTTP/1.0', async () => {
  const backend = httpBackend((_, response) => {
    response.write('first')
    response.end('second')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.0\r\n\r\n')
  const answer = await raw.ended()
  expect(answer.toLowerCase()).not.toContain('transfer-encoding')
  expect(answer).toMatch(/\r\n\r\nfirstsecond$/)
})

test('answers HEAD, 204 and 304 without a body and keeps the connection', async () => {
  const backend = httpBackend((request, response) => {
    if (request.url === '/204') response.writeHead(204).end()
    else if (request.url === '/304') response.writeHead(304, { 'content-length': '9' }).end()
    else response.writeHead(200, { 'content-length': '9' }).end('something')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')
  await raw.until('\r\n\r\n', 1)
  raw.send('GET /204 HTTP/1.1\r\nHost: a\r\n\r\n')
  await raw.until('\r\n\r\n', 2)
  raw.send('GET /304 HTTP/1.1\r\nHost: a\r\n\r\n')
  await raw.until('\r\n\r\n', 3)
  raw.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const answer = await raw.ended()
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 204',
    'HTTP/1.1 304',
    'HTTP/1.1 200',
  ])
  expect(answer.split('something')).toHaveLength(2)
})

test('answers requests sent at once one after another and in order', async () => {
  const { client } = await balanced(shared(), shared())
  const raw = client()
  const requests = Array.from(
    { length: 20 },
    (_, i) => `POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n${10 + i}`,
  )
  raw.send(requests.join(''))
  const answer = await raw.until('"url"', 20)
  expect([...answer.matchAll(/"url":"\/(\d+)"/g)].map((match) => Number(match[1]))).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  )
})

test('lets a client wait for leave to send its body', async () => {
  const { plane } = await balanced(shared())
  const answer = await new Promise<string>((resolve, reject) => {
    const request = httpRequest({
      port: plane.port,
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': '5' },
    })
    request.on('continue', () => request.end('hello'))
    request.on('error', reject)
    request.on('response', (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(text))
    })
  })
  expect(JSON.parse(answer)).toMatchObject({ body: 'hello' })
})

test('reuses the connection to a target', async () => {
  const ports = new Set<number | undefined>()
  const backend = httpBackend((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('answer')
  })
  const { client } = await balanced(backend)
  const raw = client()
  for (let i = 1; i <= 5; i++) {
    raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await raw.until('answer', i)
  }
  expect(ports.size).toBe(1)
})

test('ends the client connection where only that ends the body', async () => {
  const backend = rawBackend((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'))
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(await raw.ended()).toMatch(/Connection: close\r\n\r\nto the end$/)
})

test('understands a request and a response that come in single bytes', async () => {
  const backend = rawBackend((socket) => {
    void (async () => {
      for (const byte of 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes') {
        socket.write(byte)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.socket.setNoDelay(true)
  for (const byte of 'GET / HTTP/1.1\r\nHost: a\r\n\r\n') {
    raw.send(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await raw.until('yes')).toContain('HTTP/1.1 200 OK')
})
