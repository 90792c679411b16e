import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processesWith } from '../contract-streams.ts'
import { removeTree } from '../process/remove-tree.ts'
import { ENGINE_LABEL } from './container-body.ts'
import { found, testDocker } from './test-docker.ts'

/** Starts a task in a process of its own, which then only waits. */
const program = (dataDir: string, mark: string): string => `
  const { testDocker } = await import('${join(import.meta.dirname, 'test-docker.ts')}')
  const { World } = await import('${join(import.meta.dirname, '../contract-world.ts')}')
  const harness = await testDocker({ dataDir: '${dataDir}' })
  const image = await harness.runtime.pull({ uri: harness.image, platform: 'linux/amd64' })
  const world = new World(harness, image)
  const mounts = [{ source: { volume: 'shared' }, path: '/data', readonly: false }]
  const { container } = await world.start({
    argv: ['sh', '-c', '(sleep 1000; : ${mark}) & sleep 1000; : ${mark}'],
    mounts,
  })
  await container.exec({ argv: ['sh', '-c', 'sleep 1000; : ${mark}'], terminal: undefined })
  console.log('up')`

describe.skipIf(found.problem !== undefined)(
  `an engine that is killed ${found.problem ?? ''}`,
  () => {
    test('leaves nothing that runs; a sweep removes its containers and volumes', async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'longshore-crash-'))
      const mark = `mark-${process.pid}-docker-crash`
      const engine = spawn(
        process.execPath,
        ['--input-type=module', '-e', program(dataDir, mark)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      await new Promise((resolve) => engine.stdout.once('data', resolve))
      await expect.poll(() => processesWith(mark).length).toBeGreaterThan(2)

      engine.kill('SIGKILL')
      await new Promise((resolve) => engine.once('exit', resolve))
      await expect.poll(() => processesWith(mark)).toEqual([])
      expect((await left()).length).toBe(4)

      const { runtime, close } = await testDocker({ dataDir })
      await runtime.sweep()
      expect(await left()).toEqual([])
      await close()
      removeTree(dataDir)
      expect(existsSync(dataDir)).toBe(false)
    })
  },
)

/** Containers and volumes of any engine: other tests have removed theirs. */
async function left(): Promise<string[]> {
  const { docker } = found
  const filters = JSON.stringify({ label: [ENGINE_LABEL] })
  const containers = await docker?.get<{ Id: string }[]>('/containers/json', { all: '1', filters })
  const volumes = await docker?.get<{ Volumes: { Name: string }[] | null }>('/volumes', { filters })
  return [
    ...(containers ?? []).map(({ Id }) => Id),
    ...(volumes?.Volumes ?? []).map(({ Name }) => Name),
  ]
}
