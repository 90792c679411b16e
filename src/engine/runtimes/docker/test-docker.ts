import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeBaseImage } from '../../../../tools/docker-base-image.ts'
import { silentLog } from '../../../base/log.ts'
import { RealClock } from '../../clock/real-clock.ts'
import { openStore } from '../../store/sqlite-store.ts'
import { removeTree } from '../process/remove-tree.ts'
import { TEST_VPC, testNetwork } from '../process/test-network.ts'
import type { RuntimeHarness } from '../contract-world.ts'
import { createDockerRuntime } from './create-docker-runtime.ts'
import { findDocker } from './docker-problem.ts'

/** Nobody's registry: what has this name is never pulled, and the image at hand is used. */
export const TEST_IMAGE = 'localhost:1/longshore-test:24'

const SEARCH = { environment: process.env, searchPath: process.env['PATH'] ?? '' }

/** Where Docker is, or why it cannot be tested here. */
export const found = await findDocker(SEARCH)

/** A docker runtime in a directory of its own, with an image of this machine's Node. */
export async function testDocker(options: { dataDir?: string } = {}): Promise<RuntimeHarness> {
  const has = await found.docker?.get(`/images/${TEST_IMAGE}/json`).catch(() => undefined)
  if (has === undefined) {
    await makeBaseImage(TEST_IMAGE, { ...process.env, NODE_EXTRA_CA_CERTS: undefined })
  }
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'longshore-docker-'))
  const store = openStore(':memory:')
  const clock = new RealClock(1, store)
  const addresses = ['10.0.1.5', '10.0.1.6'] as const
  const network = testNetwork({
    clock,
    log: silentLog,
    interfaces: addresses.map((ip) => ({ ip, group: 'sg-open' })),
    groups: { 'sg-open': [{ from: 0, to: 65_535 }] },
  })
  const runtime = await createDockerRuntime({
    ...SEARCH,
    clock,
    log: silentLog,
    network,
    dataDir,
    port: 4566,
    calls: () => {
      throw new Error('no image of this test is in the registry')
    },
    regions: () => [],
  })
  return {
    runtime,
    image: TEST_IMAGE,
    vpcId: TEST_VPC,
    addresses,
    visitor: '10.0.9.9',
    close: async () => {
      await runtime.close()
      await store.close()
      if (options.dataDir === undefined) removeTree(dataDir)
    },
  }
}
