import { expect, test } from 'vitest'
import { execForm, parseDockerfile, substitute, words } from './parse.ts'

test('joins continued lines, skips comments, and keeps line numbers', () => {
  const { stages } = parseDockerfile(
    [
      '# syntax',
      'FROM node:24-slim AS build',
      'RUN a && \\',
      '  # why',
      '  b',
      'COPY --from=x . .',
    ].join('\n'),
    'Dockerfile',
  )
  expect(stages).toEqual([
    {
      base: 'node:24-slim',
      name: 'build',
      line: 2,
      instructions: [
        { line: 3, name: 'RUN', flags: {}, text: 'a && b' },
        { line: 6, name: 'COPY', flags: { from: 'x' }, text: '. .' },
      ],
    },
  ])
})

test('a mistake names the file, the line and a right form', () => {
  expect(() => parseDockerfile('FROM a\nCOPPY . .', 'api/Dockerfile')).toThrow(
    expect.objectContaining({
      place: 'api/Dockerfile:2',
      message: 'there is no instruction "COPPY"',
    }),
  )
  expect(() => parseDockerfile('', 'Dockerfile')).toThrow('there is no FROM')
})

test('substitutes variables as Docker does', () => {
  const values = { A: '1', EMPTY: '' }
  expect(substitute('$A ${A} ${B:-2} ${EMPTY:-3} ${A:+4} $B \\$A', values)).toBe('1 1 2 3 4  $A')
})

test('reads the exec form and quoted words', () => {
  expect(execForm('["node", "x.ts"]')).toEqual(['node', 'x.ts'])
  expect(execForm('node x.ts')).toBeUndefined()
  expect(words('A=1 B="two words" \'c d\'')).toEqual(['A=1', 'B=two words', 'c d'])
})
