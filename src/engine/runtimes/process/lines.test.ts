import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { forEachLine } from './lines.ts'

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  const done = forEachLine(stream, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await done
  return lines
}

test('lines are whole however they arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line))),
      fc.integer({ min: 1, max: 7 }),
      async (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const chunks: Buffer[] = []
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
        expect(await linesOf(chunks)).toEqual(lines)
      },
    ),
  )
})

test('the last line needs no end, and a carriage return belongs to the end', async () => {
  expect(await linesOf([Buffer.from('one\r\ntwo')])).toEqual(['one', 'two'])
})

test('a line without end is cut at the size of a log event', async () => {
  const lines = await linesOf([Buffer.alloc(600 * 1024, 'x')])
  expect(lines.map((line) => line.length)).toEqual([262_144, 262_144, 90_112])
})
