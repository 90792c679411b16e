import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatches, literal } from './glob.ts'

const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })

test('agrees with a regular expression', () => {
  fc.assert(
    fc.property(
      few,
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
      (pattern, text) => {
        const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.')
        expect(globMatches(pattern, text)).toBe(new RegExp(`^${expression}$`).test(text))
      },
    ),
  )
})

test('matches a literal text only with itself', () => {
  fc.assert(
    fc.property(few, few, (pattern, text) => {
      expect(globMatches(literal(pattern), text)).toBe(pattern === text)
    }),
  )
})

test('does not slow down on many stars', () => {
  expect(globMatches('*a'.repeat(60), 'a'.repeat(5000) + 'b')).toBe(false)
})
