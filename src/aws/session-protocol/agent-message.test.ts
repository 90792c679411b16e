import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AgentMessage, decodeAgentMessage, encodeAgentMessage } from './agent-message.ts'

const message: fc.Arbitrary<AgentMessage> = fc.record({
  type: fc.constantFrom('input_stream_data', 'output_stream_data', 'acknowledge', 'channel_closed'),
  sequence: fc.nat(),
  flags: fc.nat({ max: 3 }),
  id: fc.uuid(),
  createdAt: fc.nat({ max: 4_102_444_800_000 }),
  payloadType: fc.nat({ max: 12 }),
  payload: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
})

test('a message survives being written and read', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const received = decodeAgentMessage(encodeAgentMessage(sent))
      expect({ ...received, payload: [...received.payload] }).toEqual({
        ...sent,
        payload: [...sent.payload],
      })
    }),
  )
})

test('a message that was changed on the way is refused', () => {
  const bytes = encodeAgentMessage({
    type: 'output_stream_data',
    sequence: 1,
    flags: 0,
    id: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    createdAt: 0,
    payloadType: 1,
    payload: Buffer.from('hello'),
  })
  bytes[bytes.length - 1] = 0
  expect(() => decodeAgentMessage(bytes)).toThrow('digest')
  expect(() => decodeAgentMessage(bytes.subarray(0, 50))).toThrow('shorter')
})
