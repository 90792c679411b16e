import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeReply, parseQuery, RCODE, TYPE_A } from './dns-message.ts'

/** A query as clients send it. */
function query(id: number, name: string, type: number): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]))
  const head = Buffer.alloc(12)
  head.writeUInt16BE(id, 0)
  head.writeUInt16BE(0x0100, 2)
  head.writeUInt16BE(1, 4)
  const tail = Buffer.alloc(5)
  tail.writeUInt16BE(type, 1)
  tail.writeUInt16BE(1, 3)
  return Buffer.concat([head, ...labels, tail])
}

const label = fc.stringMatching(/^[a-z0-9-]{1,63}$/)
const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const word = fc.integer({ min: 0, max: 65_535 })

test('a question is read as it was asked', () => {
  fc.assert(
    fc.property(word, name, word, (id, asked, type) => {
      const question = parseQuery(query(id, asked, type))
      expect(question).toMatchObject({ id, name: asked, type, recursionDesired: true })
    }),
  )
})

test('an answer repeats the question and carries every address', () => {
  fc.assert(
    fc.property(word, name, fc.array(fc.ipV4(), { maxLength: 4 }), (id, asked, addresses) => {
      const question = parseQuery(query(id, asked, TYPE_A))
      if (question === undefined) throw new Error('unreadable')
      const reply = encodeReply(question, { rcode: RCODE.noError, addresses, ttlSeconds: 5 })
      expect(reply.readUInt16BE(0)).toBe(id)
      expect(reply.readUInt16BE(2) & 0x8000).toBe(0x8000)
      expect(reply.readUInt16BE(6)).toBe(addresses.length)
      const records = reply.subarray(12 + question.section.length)
      const found = addresses.map((_, i) =>
        [...records.subarray(i * 16 + 12, i * 16 + 16)].join('.'),
      )
      expect(found).toEqual(addresses)
    }),
  )
})

test('names are compared without their case', () => {
  expect(parseQuery(query(1, 'Db.Internal', TYPE_A))?.name).toBe('db.internal')
})

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      parseQuery(Buffer.from(bytes))
    }),
  )
})

test('an answer, a cut message and a compressed name are no questions', () => {
  const good = query(7, 'a.example', TYPE_A)
  const answer = Buffer.from(good)
  answer.writeUInt16BE(0x8000, 2)
  const compressed = Buffer.concat([good.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])
  for (const message of [answer, good.subarray(0, -1), compressed, Buffer.alloc(0)]) {
    expect(parseQuery(message)).toBeUndefined()
  }
})
