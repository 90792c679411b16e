import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  contains,
  containsRange,
  formatCidr,
  formatIp,
  overlaps,
  parseCidr,
  parseIp,
  size,
  splitCidr,
} from './cidr.ts'

const ip = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const range = fc
  .tuple(ip, fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => parseCidr(`${formatIp(address)}/${prefix}`))
  .filter((cidr) => cidr !== undefined)

test('an address survives being written and read', () => {
  fc.assert(fc.property(ip, (address) => parseIp(formatIp(address)) === address))
})

test('a range survives being written and read', () => {
  fc.assert(
    fc.property(range, (cidr) => {
      expect(parseCidr(formatCidr(cidr))).toEqual(cidr)
    }),
  )
})

test('a range contains its first and last address, and no neighbour', () => {
  fc.assert(
    fc.property(range, (cidr) => {
      expect(contains(cidr, cidr.base)).toBe(true)
      expect(contains(cidr, cidr.base + size(cidr) - 1)).toBe(true)
      expect(contains(cidr, cidr.base - 1)).toBe(false)
      expect(contains(cidr, cidr.base + size(cidr))).toBe(false)
    }),
  )
})

test('ranges overlap when one contains the other, and never partly', () => {
  fc.assert(
    fc.property(range, range, (a, b) => {
      const apart = a.base + size(a) <= b.base || b.base + size(b) <= a.base
      expect(overlaps(a, b)).toBe(!apart)
      if (containsRange(a, b)) expect(contains(a, b.base)).toBe(true)
    }),
  )
})

test('a range splits into disjoint ranges of itself', () => {
  const counts = fc.record({ more: fc.integer({ min: 0, max: 6 }), count: fc.nat(70) })
  fc.assert(
    fc.property(range, counts, (cidr, { more, count }) => {
      const prefix = Math.min(32, cidr.prefix + more)
      const parts = splitCidr(cidr, prefix, count)
      expect(parts).toHaveLength(Math.min(count, 2 ** (prefix - cidr.prefix)))
      for (const [i, part] of parts.entries()) {
        expect(containsRange(cidr, part)).toBe(true)
        expect(parts.slice(i + 1).some((other) => overlaps(part, other))).toBe(false)
      }
    }),
  )
  expect(splitCidr({ base: 0, prefix: 24 }, 16, 2)).toEqual([])
})

test('what is no address or range is refused', () => {
  expect(['10.0.0', '256.0.0.1', 'a.b.c.d', '10.0.0.0.1', '010.0.0.1'].map(parseIp)).toEqual(
    Array(5).fill(undefined),
  )
  expect(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/9'].map(parseCidr)).toEqual(
    Array(4).fill(undefined),
  )
})
