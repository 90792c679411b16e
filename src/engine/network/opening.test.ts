import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { admits, intersect, merge, type Opening, PROTOCOLS } from './opening.ts'

const port = fc.integer({ min: 0, max: 65_535 })
const opening: fc.Arbitrary<Opening> = fc
  .tuple(fc.constantFrom(...PROTOCOLS), port, port)
  .map(([protocol, a, b]) => ({ protocol, fromPort: Math.min(a, b), toPort: Math.max(a, b) }))
const openings = fc.array(opening, { maxLength: 6 })

test('merging keeps what is open, and nothing overlaps', () => {
  fc.assert(
    fc.property(openings, fc.constantFrom(...PROTOCOLS), port, (list, protocol, at) => {
      const merged = merge(list)
      expect(admits(merged, protocol, at)).toBe(admits(list, protocol, at))
      const holding = merged.filter((each) => admits([each], protocol, at))
      expect(holding.length).toBeLessThanOrEqual(1)
    }),
  )
})

test('an intersection lets through what both let through', () => {
  fc.assert(
    fc.property(openings, openings, fc.tuple(fc.constantFrom(...PROTOCOLS), port), (a, b, at) => {
      expect(admits(intersect(a, b), ...at)).toBe(admits(a, ...at) && admits(b, ...at))
    }),
  )
})
