import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineCgroup } from './engine-cgroup.ts'

test('an engine has its own, and removes what engines that are gone have left', () => {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-cgroup-'))
  try {
    const { pid: gone } = spawnSync('true')
    const [left, neighbour] = [`longshore-${gone}-1`, `longshore-${process.ppid}-1`]
    mkdirSync(join(directory, left, 'task'), { recursive: true })
    mkdirSync(join(directory, neighbour))
    const place = { directory, version: 2 } as const
    const [one, two] = [engineCgroup(place), engineCgroup(place)]
    expect(one?.directory).not.toBe(two?.directory)
    expect(existsSync(join(directory, left))).toBe(false)
    expect(existsSync(join(directory, neighbour))).toBe(true)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
