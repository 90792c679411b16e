import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { demultiplex } from './demultiplex.ts'

function piece(stream: 1 | 2, content: string): Buffer {
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(Buffer.byteLength(content), 4)
  return Buffer.concat([head, Buffer.from(content)])
}

test('gives each stream its own bytes, however the connection cuts them', async () => {
  const content = fc.array(fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.string()))
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 20 }), async (pieces, size) => {
      const source = new PassThrough()
      const { stdout, stderr } = demultiplex(source)
      const outputs = Promise.all([text(stdout), text(stderr)])
      const bytes = Buffer.concat(pieces.map(([stream, each]) => piece(stream, each)))
      for (let at = 0; at < bytes.length; at += size) source.write(bytes.subarray(at, at + size))
      source.end()
      const expected = ([1, 2] as const).map((wanted) =>
        pieces.map(([stream, each]) => (stream === wanted ? each : '')).join(''),
      )
      expect(await outputs).toEqual(expected)
    }),
  )
})
