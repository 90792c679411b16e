import { describe, test } from 'vitest'
import { describeRuntime } from '../runtime.contract.ts'
import { found, testDocker } from './test-docker.ts'

if (found.problem === undefined) {
  describeRuntime('docker', testDocker)
} else {
  describe('the docker runtime', () => {
    test.skip(`cannot be tested here: ${found.problem}`)
  })
}
