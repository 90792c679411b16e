import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wildcard } from './wildcard.ts'

test.each([
  ['/img/*', '/img/a/b.png', true],
  ['/img/*', '/img', false],
  ['/img/*.png', '/img/a.png.jpg', false],
  ['/a?c', '/abc', true],
  ['/a?c', '/ac', false],
  ['*', '', true],
  ['/Films', '/films', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b', 'aab!', false],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(wildcard(pattern, { ignoreCase: false })(text)).toBe(expected)
})

test('ignores case where asked to', () => {
  expect(wildcard('*.Example.com', { ignoreCase: true })('API.example.COM')).toBe(true)
})

test('takes escaped wildcards literally where they may be escaped', () => {
  const asks = wildcard('what\\?*', { ignoreCase: true, escapes: true })
  expect(asks('what? now')).toBe(true)
  expect(asks('whatever')).toBe(false)
})

test('agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      expect(wildcard(pattern, { ignoreCase: false })(text)).toBe(regex.test(text))
    }),
  )
})
