import { expect, test } from 'vitest'
import { splitCommand } from './split-command.ts'

test.each([
  ['/bin/sh', ['/bin/sh']],
  ['  ls   -l ', ['ls', '-l']],
  [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
  [`say "it's \\"so\\""`, ['say', `it's "so"`]],
  [`a'b'"c"\\ d`, ['abc d']],
  [`empty ''`, ['empty', '']],
])('%s is split as a shell splits it', (command, words) => {
  expect(splitCommand(command)).toEqual(words)
})

test('an open quote and an empty command are refused', () => {
  expect(() => splitCommand(`sh -c 'open`)).toThrow('open quote')
  expect(() => splitCommand('  ')).toThrow('empty')
})
