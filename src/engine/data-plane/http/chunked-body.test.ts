import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkedBody } from './chunked-body.ts'

const BODY = '5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n'

test('finds the end of a body with extensions and trailers', () => {
  const body = new ChunkedBody()
  expect(body.follow(Buffer.from(`${BODY}GET / HTTP/1.1`), 0)).toBe(BODY.length)
  expect(body.done).toBe(true)
})

test('finds the end and the content wherever the body is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(BODY.length - 1)), (cuts) => {
      const places = [...new Set([0, ...cuts, BODY.length])].sort((a, b) => a - b)
      let content = ''
      let part = Buffer.alloc(0)
      const body = new ChunkedBody((from, to) => {
        content += part.toString('latin1', from, to)
      })
      for (let i = 0; i + 1 < places.length; i++) {
        part = Buffer.from(BODY.slice(places[i], places[i + 1]))
        expect(body.follow(part, 0)).toBe(part.length)
      }
      expect(body.done).toBe(true)
      expect(content).toBe('hello world')
    }),
  )
})

test.each([
  ['no size', '\r\nhello'],
  ['a size that is no number', 'g\r\n'],
  ['a size with a sign', '-5\r\nhello\r\n'],
  ['a size with a space', '5 \r\nhello\r\n'],
  ['a size beyond all measure', 'fffffffffffff\r\n'],
  ['a bare line feed', '5\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '5\r\nhello!\r\n'],
  ['a trailer without a colon', '0\r\nX-A\r\n\r\n'],
  ['a control character in an extension', '5;\0\r\nhello\r\n'],
])('refuses %s', (_, text) => {
  expect(new ChunkedBody().follow(Buffer.from(text), 0)).toBe(-1)
})
