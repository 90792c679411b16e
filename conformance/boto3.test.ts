import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isInstalled, startEngine, temporaryDirectory } from './support/engine.ts'

const hasBoto3 = await isInstalled('python3', ['-c', 'import boto3'])

test.runIf(hasBoto3)('boto3 pages, waits, and gets typed errors', async () => {
  const directory = temporaryDirectory()
  const engine = await startEngine(join(directory.path, 'engine'))
  try {
    const flows = join(import.meta.dirname, 'support', 'boto3-flows.py')
    const { stdout, stderr } = await engine.run('python3', [flows])
    expect(`${stdout}${stderr}`.trim()).toBe('done')
  } finally {
    await engine.stop()
    directory.remove()
  }
})
