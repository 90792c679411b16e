import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { httpBackend } from '../testing/backends.ts'
import { balanced } from '../testing/balanced.ts'
import { eventually } from '../testing/eventually.ts'

const MIB = 1024 * 1024

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test.each(['by length', 'in chunks'])('passes big bodies both ways, %s', async (framing) => {
  const chunked = framing === 'in chunks'
  const backend = httpBackend((request, response) => {
    const length = request.headers['content-length']
    if (length !== undefined) response.setHeader('content-length', length)
    request.pipe(response)
  })
  const { plane } = await balanced(backend)
  const body = randomBytes(20 * MIB)
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const request = httpRequest({
      port: plane.port,
      method: 'POST',
      headers: chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve(Buffer.concat(parts)))
    })
    for (let at = 0; at < body.length; at += MIB) request.write(body.subarray(at, at + MIB))
    request.end()
  })
  expect(digest(answer)).toBe(digest(body))
})

test('holds a fast target back for a slow client', async () => {
  let written = 0
  let full = false
  const part = Buffer.alloc(64 * 1024)
  const total = 64 * MIB
  const backend = httpBackend((_, response) => {
    const push = (): void => {
      while (written < total) {
        written += part.length
        if (!response.write(part)) {
          full = true
          response.once('drain', () => {
            full = false
            push()
          })
          return
        }
      }
      response.end()
    }
    push()
  })
  const { plane } = await balanced(backend)
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpRequest({ port: plane.port }).on('response', resolve).end()
  })
  response.pause()
  // Whatever the kernel's buffers take, it is far from everything.
  let before = -1
  await eventually(() => {
    const still = full && written === before
    before = written
    return still
  })
  expect(written).toBeLessThan(total / 2)
  let received = 0
  for await (const each of response) received += (each as Buffer).length
  expect(received).toBe(total)
})

test('holds a fast client back for a slow target', async () => {
  let release: () => void = () => {}
  let received = 0
  const backend = httpBackend((request, response) => {
    request.pause()
    release = () => {
      request.on('data', (part: Buffer) => {
        received += part.length
      })
      request.on('end', () => response.end('done'))
      request.resume()
    }
  })
  const { plane } = await balanced(backend)
  const total = 64 * MIB
  const request = httpRequest({
    port: plane.port,
    method: 'PUT',
    headers: { 'content-length': total },
  })
  const answer = new Promise<IncomingMessage>((resolve) => request.on('response', resolve))
  const part = Buffer.alloc(MIB)
  let sent = 0
  while (sent < total && request.write(part)) sent += part.length
  const counters = plane.plane.balancer('arn:balancer')?.counters
  let before = -1
  await eventually(() => {
    const bytes = counters?.processedBytes ?? 0
    const still = bytes > 0 && bytes === before
    before = bytes
    return still
  })
  expect(before).toBeLessThan(total / 2)
  release()
  for (sent += part.length; sent < total; sent += part.length) {
    if (!request.write(part)) await new Promise((resolve) => request.once('drain', resolve))
  }
  request.end()
  ;(await answer).resume()
  expect(received).toBe(total)
})

test('sends what the target sends as soon as it does', async () => {
  let next: (text: string) => void = () => {}
  const backend = httpBackend((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    next = (text) => response.write(text)
    next('data: 1\n\n')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n')
  await raw.until('data: 1')
  next('data: 2\n\n')
  expect(await raw.until('data: 2')).toContain('data: 2')
})

test('answers before a body is there in full, and takes no other request after that', async () => {
  const backend = httpBackend((_, response) => {
    response.writeHead(413, { connection: 'close' }).end('too much')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nsome')
  const answer = await raw.ended()
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('Connection: close\r\n\r\n')
  expect(answer).toContain('too much')
})
