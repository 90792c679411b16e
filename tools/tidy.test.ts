import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

const MAX_FILE_LINES = 400
const MAX_FUNCTION_LINES = 70
const MAX_COLUMNS = 100
const BANNED_NAMES = /^(utils?|helpers?|manager|common|misc)(\.|$)/

const files = sourceFiles(['src', 'tools', 'bench', 'conformance', 'simulation'], ['.ts'])
const prose = sourceFiles(['.'], ['.md', '.ts', '.json', '.yml']).filter(
  ({ path }) => path !== 'package-lock.json' && path !== 'tools/tidy.test.ts',
)

test('no file is longer than 400 lines', () => {
  expect(
    files.filter(({ text }) => text.split('\n').length > MAX_FILE_LINES).map(({ path }) => path),
  ).toEqual([])
})

test('no line is wider than 100 columns', () => {
  const wide = files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        line.length > MAX_COLUMNS && !/https?:|`|'/.test(line) ? [`${path}:${i + 1}`] : [],
      ),
  )
  expect(wide).toEqual([])
})

test('no function is longer than 70 lines', () => {
  const long = files
    .filter(({ path }) => !/\.(test|contract)\.ts$/.test(path))
    .flatMap(({ path, text }) => longFunctions(text).map((line) => `${path}:${line}`))
  expect(long).toEqual([])
})

test('no file or folder has a name that says nothing', () => {
  const vague = files.filter(({ path }) => path.split('/').some((part) => BANNED_NAMES.test(part)))
  expect(vague.map(({ path }) => path)).toEqual([])
})

test('files are named in kebab case', () => {
  expect(files.filter(({ path }) => /[A-Z_]/.test(basename(path))).map(({ path }) => path)).toEqual(
    [],
  )
})

test('nothing silences the compiler or the linter', () => {
  const silenced = /@ts-(ignore|expect-error|nocheck)|oxlint-disable|eslint-disable|\bas any\b/
  expect(
    files.filter(({ text, path }) => silenced.test(text) && !path.startsWith('tools/')),
  ).toEqual([])
})

test('the project names no machine path and no unfinished work', () => {
  const words = /\/work\/(main|shared)|\bTODO\b|\bFIXME\b|\bXXX\b/
  expect(prose.filter(({ text }) => words.test(text)).map(({ path }) => path)).toEqual([])
})

/** Line numbers of functions whose body is too long, found by their indentation. */
function longFunctions(text: string): number[] {
  const lines = text.split('\n')
  const found: number[] = []
  lines.forEach((line, start) => {
    const opens =
      /^(\s*)(export )?(default )?(async )?function\b.*/.exec(line) ??
      /^(\s*)(public |private |static |override |async |get |set )*#?[\w$]+\(.*\{$/.exec(line) ??
      /^(\s*)(export )?const \w+.*=>\s*\{$/.exec(line)
    if (opens === null || /^\s*(if|for|while|switch|return|test|describe)\b/.test(line)) return
    const indent = opens[1] ?? ''
    const end = lines.findIndex((l, i) => i > start && new RegExp(`^${indent}\\}`).test(l))
    if (end - start > MAX_FUNCTION_LINES) found.push(start + 1)
  })
  return found
}
