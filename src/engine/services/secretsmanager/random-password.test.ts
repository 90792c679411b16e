import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../random.ts'
import { randomPassword } from './random-password.ts'

const options = fc.record({
  PasswordLength: fc.integer({ min: 5, max: 80 }),
  ExcludeCharacters: fc.string({ maxLength: 20 }),
  ExcludeNumbers: fc.boolean(),
  ExcludePunctuation: fc.boolean(),
  ExcludeUppercase: fc.boolean(),
  IncludeSpace: fc.boolean(),
})

test('a password holds what is asked for and nothing that is excluded', () => {
  fc.assert(
    fc.property(options, fc.integer(), (wish, seed) => {
      const password = randomPassword(seededRandom(seed), wish)
      expect(password).toHaveLength(wish.PasswordLength)
      for (const letter of wish.ExcludeCharacters) expect(password).not.toContain(letter)
      const excluded = new Set(wish.ExcludeCharacters)
      const expected: [boolean, RegExp, string][] = [
        [!wish.ExcludeNumbers, /\d/, '0123456789'],
        [!wish.ExcludeUppercase, /[A-Z]/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
        [wish.IncludeSpace, / /, ' '],
        [!wish.ExcludePunctuation, /[^A-Za-z0-9 ]/, '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
      ]
      for (const [included, pattern, letters] of expected) {
        const possible = letters.split('').some((letter) => !excluded.has(letter))
        expect(pattern.test(password)).toBe(included && possible)
      }
    }),
  )
})

test('a password of no kind, or too short for its kinds, is refused', () => {
  const none = {
    ExcludeLowercase: true,
    ExcludeUppercase: true,
    ExcludeNumbers: true,
    ExcludePunctuation: true,
  }
  expect(() => randomPassword(seededRandom(1), none)).toThrow(/no characters left/)
  expect(() => randomPassword(seededRandom(1), { PasswordLength: 3 })).toThrow(/too short/)
  const short = { PasswordLength: 3, RequireEachIncludedType: false }
  expect(randomPassword(seededRandom(1), short)).toHaveLength(3)
})
