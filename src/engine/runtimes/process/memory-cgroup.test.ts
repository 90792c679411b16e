import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MemoryCgroup, removeCgroup } from './memory-cgroup.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'longshore-cgroup-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const read = (...path: string[]): string => readFileSync(join(directory, ...path), 'utf8')

test('a limit is written in the words of the unified hierarchy, handed down to children', () => {
  const task = MemoryCgroup.create({ directory, version: 2 }, 'task', 512)
  task?.child('container', 128)
  expect(read('task/memory.max')).toBe('512')
  expect(read('task/cgroup.subtree_control')).toBe('+memory')
  expect(read('task/container/memory.max')).toBe('128')
})

test('a limit is written in the words of the older hierarchy', () => {
  MemoryCgroup.create({ directory, version: 1 }, 'task', 512)?.child('container')
  expect(read('task/memory.limit_in_bytes')).toBe('512')
  expect(existsSync(join(directory, 'task/container/memory.limit_in_bytes'))).toBe(false)
})

test.each([
  [1, 'memory.oom_control'],
  [2, 'memory.events'],
] as const)('a kill is known by the count of version %i', (version, file) => {
  const cgroup = MemoryCgroup.create({ directory, version }, 'task')
  expect(cgroup?.killed()).toBe(false)
  writeFileSync(join(directory, 'task', file), 'oom 3\noom_kill 0\n')
  expect(cgroup?.killed()).toBe(false)
  writeFileSync(join(directory, 'task', file), 'oom 3\noom_kill 2\n')
  expect(cgroup?.killed()).toBe(true)
})

test('where nothing can be made there is no cgroup', () => {
  const place = { directory: join(directory, 'nowhere'), version: 2 } as const
  expect(MemoryCgroup.create(place, 'task', 1)).toBeUndefined()
})

test('removal takes what lies within, and does not mind what is gone', () => {
  mkdirSync(join(directory, 'task/container/inner'), { recursive: true })
  removeCgroup(join(directory, 'task'))
  removeCgroup(join(directory, 'task'))
  expect(existsSync(join(directory, 'task'))).toBe(false)
})
