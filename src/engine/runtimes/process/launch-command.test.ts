import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { environmentFile, launchTail, quote } from './launch-command.ts'
import { findTools } from './tools.ts'

const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'))

test('a quoted word comes through a shell unchanged', () => {
  fc.assert(
    fc.property(text, (word) => {
      const printed = execFileSync('sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })
      expect(printed).toBe(word)
    }),
    { numRuns: 30 },
  )
})

test('values of variables stand in the file, not in the arguments', () => {
  const environment = { PASSWORD: 'hunter2', HOME: '/root' }
  const tail = launchTail({
    tools: findTools('/bin'),
    spec: { argv: ['app'], environment, workingDirectory: '/' },
    user: undefined,
  })
  expect(tail.join(' ')).not.toContain('hunter2')
  expect(environmentFile(environment)).toContain(`export PASSWORD='hunter2'\n`)
})

test('variables that a shell cannot hold, or the loader would heed, are set in the last step', () => {
  const environment = { 'a.b': '1', LD_PRELOAD: 'x.so' }
  const tail = launchTail({
    tools: findTools('/bin'),
    spec: { argv: ['app'], environment, workingDirectory: '/' },
    user: { uid: 7, gid: 8, home: '/' },
  })
  expect(environmentFile(environment)).toBe('')
  expect(tail).toEqual(expect.arrayContaining(['a.b=1', 'LD_PRELOAD=x.so']))
  expect(tail).toEqual(expect.arrayContaining(['--setgid=8', '--setuid=7', '--', 'app']))
})
