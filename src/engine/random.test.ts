import { expect, test } from 'vitest'
import { seededRandom, systemRandom, uuid } from './random.ts'

test('the system’s bytes are never given twice', () => {
  const ids = Array.from({ length: 20_000 }, () => systemRandom.hex(16))
  expect(new Set(ids).size).toBe(ids.length)
  expect(systemRandom.hex(10_000)).toHaveLength(20_000)
})

test('a seed gives the same history again', () => {
  const [a, b] = [seededRandom(7), seededRandom(7)]
  expect([a.next(), a.hex(4), uuid(a)]).toEqual([b.next(), b.hex(4), uuid(b)])
})

test('a UUID says that it is of version 4', () => {
  expect(uuid(systemRandom)).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  )
})
