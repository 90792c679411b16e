import { describe, test } from 'vitest'
import type { RuntimeHarness } from '../contract-world.ts'
import { describeRuntime } from '../runtime.contract.ts'
import { processRuntimeProblem } from './process-runtime-problem.ts'
import type { WritableLayer } from './root-layout.ts'
import { TEST_VPC } from './test-network.ts'
import { testRuntime } from './test-runtime.ts'

const problem = await processRuntimeProblem(process.env['PATH'] ?? '')

if (problem === undefined) {
  describe.each([
    { writableLayer: 'disk', memoryCgroups: true },
    { writableLayer: 'disk', memoryCgroups: false },
    { writableLayer: 'memory', memoryCgroups: true },
    { writableLayer: 'copy', memoryCgroups: true },
  ] as const)('writes to $writableLayer, cgroups $memoryCgroups:', (ways) => {
    describeRuntime('process', () => harness(ways))
  })
} else {
  describe('the process runtime', () => {
    test.skip(`cannot be tested here: ${problem}`)
  })
}

async function harness(ways: {
  writableLayer: WritableLayer
  memoryCgroups: boolean
}): Promise<RuntimeHarness> {
  const { runtime, close } = await testRuntime({
    ...ways,
    interfaces: ['10.0.1.5', '10.0.1.6'].map((ip) => ({ ip, group: 'sg-open' })),
    groups: { 'sg-open': [{ from: 0, to: 65_535 }] },
  })
  return {
    runtime,
    image: 'app:1',
    vpcId: TEST_VPC,
    addresses: ['10.0.1.5', '10.0.1.6'],
    visitor: '10.0.9.9',
    close,
  }
}
