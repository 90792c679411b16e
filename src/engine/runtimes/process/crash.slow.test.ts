import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processesWith } from '../contract-streams.ts'
import { processRuntimeProblem } from './process-runtime-problem.ts'
import { testRuntime } from './test-runtime.ts'

const problem = await processRuntimeProblem(process.env['PATH'] ?? '')

/** Starts a task in a process of its own, which then only waits. */
const program = (dataDir: string, mark: string): string => `
  const { testRuntime } = await import('${join(import.meta.dirname, 'test-runtime.ts')}')
  const { runtime } = await testRuntime({
    dataDir: '${dataDir}',
    interfaces: [{ ip: '10.0.1.5', group: 'sg' }],
    groups: { sg: [] },
  })
  const sandbox = await runtime.createSandbox({
    taskId: 'task', vpcId: 'vpc-1', privateIp: '10.0.1.5', prefixLength: 24, hostname: 'task',
    cpuUnits: 256, memoryMiB: 512, metadata: () => Promise.reject(new Error('none')),
  })
  const image = await runtime.pull({ uri: 'app:1', platform: 'linux/amd64' })
  const container = await sandbox.start({
    name: 'app', image, argv: ['sh', '-c', '(sleep 1000; : ${mark}) & sleep 1000; : ${mark}'],
    environment: {}, workingDirectory: '/', user: '', readonlyRootFilesystem: false,
    memoryMiB: undefined, cpuUnits: undefined, hosts: {}, mounts: [], onOutput: () => {},
  })
  await container.exec({ argv: ['sh', '-c', 'sleep 1000; : ${mark}'], terminal: undefined })
  console.log('up')`

describe.skipIf(problem !== undefined)(`an engine that is killed ${problem ?? ''}`, () => {
  test('leaves no process, namespace or mount; a sweep removes its files', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'longshore-crash-'))
    const mark = `mark-${process.pid}-crash`
    const engine = spawn(process.execPath, ['--input-type=module', '-e', program(dataDir, mark)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => engine.stdout.once('data', resolve))
    expect(processesWith(mark).length).toBeGreaterThan(2)
    const namespaces = networkNamespaces()

    engine.kill('SIGKILL')
    await new Promise((resolve) => engine.once('exit', resolve))
    await expect.poll(() => processesWith(mark)).toEqual([])
    expect(networkNamespaces().length).toBeLessThan(namespaces.length)
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dataDir)
    expect(readdirSync(join(dataDir, 'tasks'))).toEqual(['task'])

    const { runtime, close } = await testRuntime({ dataDir, interfaces: [], groups: {} })
    await runtime.sweep()
    expect(readdirSync(join(dataDir, 'tasks'))).toEqual([])
    await close()
    expect(existsSync(dataDir)).toBe(false)
  })
})

/** Network namespaces that some process of this machine is in. */
function networkNamespaces(): string[] {
  const found = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/net/dev`, 'utf8').includes('denied') ? pid : '']
      } catch {
        return []
      }
    })
  return found.filter((pid) => pid !== '')
}
