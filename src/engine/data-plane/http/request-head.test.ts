import { describe, expect, test } from 'vitest'
import { Framing, RequestHead } from './request-head.ts'

function read(...lines: string[]): { problem: number; head: RequestHead } {
  const head = new RequestHead()
  return { problem: head.read(`${lines.join('\r\n')}\r\n\r\n`), head }
}

test('reads method, target, host and framing', () => {
  const { problem, head } = read(
    'POST /films?page=2 HTTP/1.1',
    'Host: example.com',
    'content-LENGTH: 12',
  )
  expect(problem).toBe(0)
  expect(head).toMatchObject({
    method: 'POST',
    target: '/films?page=2',
    host: 'example.com',
    framing: Framing.length,
    contentLength: 12,
    keepAlive: true,
  })
})

test('forgets the request before when it is used again', () => {
  const head = new RequestHead()
  head.read('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nCookie: x=1\r\n\r\n')
  expect(head.read('GET / HTTP/1.1\r\nHost: b\r\n\r\n')).toBe(0)
  expect(head).toMatchObject({ framing: Framing.none, cookie: '', host: 'b' })
})

test('closes after a request of HTTP/1.0 unless it asks to keep alive', () => {
  expect(read('GET / HTTP/1.0').head.keepAlive).toBe(false)
  expect(read('GET / HTTP/1.0', 'Connection: Keep-Alive').head.keepAlive).toBe(true)
  expect(read('GET / HTTP/1.1', 'Host: a', 'Connection: close').head.keepAlive).toBe(false)
})

test('takes the host of an absolute target', () => {
  const { problem, head } = read('GET http://real.example:81/a?b HTTP/1.1', 'Host: other')
  expect(problem).toBe(0)
  expect(head).toMatchObject({ host: 'real.example:81', target: '/a?b' })
})

test('joins repeated cookies and forwarded addresses', () => {
  const { head } = read(
    'GET / HTTP/1.1',
    'Host: a',
    'Cookie: a=1',
    'Cookie: b=2',
    'X-Forwarded-For: 1.1.1.1',
    'X-Forwarded-For: 2.2.2.2',
  )
  expect(head).toMatchObject({ cookie: 'a=1; b=2', forwardedFor: '1.1.1.1, 2.2.2.2' })
})

describe('a request of which two readers might see different ends is refused:', () => {
  test.each([
    ['a length and chunks', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 5', 'Content-Length: 6'],
    ['two equal lengths', 'Content-Length: 5', 'Content-Length: 5'],
    ['a length with a sign', 'Content-Length: +5'],
    ['a list of lengths', 'Content-Length: 5, 5'],
    ['an empty length', 'Content-Length:'],
    ['two encodings', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['a folded line', 'X-A: 1', ' Transfer-Encoding: chunked'],
    ['a space before the colon', 'Transfer-Encoding : chunked'],
    ['a bare carriage return', 'X-A: 1\rTransfer-Encoding: chunked'],
    ['a bare line feed', 'X-A: 1\nTransfer-Encoding: chunked'],
    ['a null', 'X-A: 1\0'],
    ['a name with a control character', 'X-\x01A: 1'],
    ['an empty name', ': 1'],
    ['no colon', 'X-A'],
  ])('%s', (_, ...fields) => {
    expect(read('POST / HTTP/1.1', 'Host: a', ...fields).problem).toBe(400)
  })

  test('chunks in HTTP/1.0', () => {
    expect(read('POST / HTTP/1.0', 'Transfer-Encoding: chunked').problem).toBe(400)
  })
})

test.each([
  ['no host', 'GET / HTTP/1.1', 400],
  ['a target that is no path', 'GET films HTTP/1.1', 400],
  ['a target with a fragment', 'GET /a#b HTTP/1.1', 400],
  ['two spaces', 'GET  / HTTP/1.1', 400],
  ['a method with a slash', 'G/T / HTTP/1.1', 400],
  ['TRACE', 'TRACE / HTTP/1.1', 405],
  ['HTTP/2', 'PRI * HTTP/2.0', 505],
  ['a very long target', `GET /${'a'.repeat(17_000)} HTTP/1.1`, 414],
])('answers %s with its status', (_, line, status) => {
  const fields = status === 400 && line === 'GET / HTTP/1.1' ? [] : ['Host: a']
  expect(read(line, ...fields).problem).toBe(status)
})

test('answers an encoding other than chunked with 501', () => {
  expect(read('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked').problem).toBe(501)
  expect(read('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: identity').problem).toBe(0)
})

test('answers more than thirty forwarded addresses with 463', () => {
  const addresses = (count: number): string => Array.from({ length: count }, () => '1.2.3.4').join()
  expect(read('GET / HTTP/1.1', 'Host: a', `X-Forwarded-For: ${addresses(30)}`).problem).toBe(0)
  expect(read('GET / HTTP/1.1', 'Host: a', `X-Forwarded-For: ${addresses(31)}`).problem).toBe(463)
})

test('refuses a field of more than 16 K', () => {
  expect(read('GET / HTTP/1.1', 'Host: a', `X-A: ${'a'.repeat(16_384)}`).problem).toBe(400)
})
