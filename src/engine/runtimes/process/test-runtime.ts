import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, silentLog } from '../../../base/log.ts'
import { RealClock } from '../../clock/real-clock.ts'
import type { VpcNetwork } from '../../network/vpc-network.ts'
import { openStore } from '../../store/sqlite-store.ts'
import type { Runtime } from '../runtime.ts'
import { createProcessRuntime } from './create-process-runtime.ts'
import type { UnpackedImage } from './image-source.ts'
import type { WritableLayer } from './root-layout.ts'
import { removeTree } from './remove-tree.ts'
import { type TestGroups, type TestInterface, testNetwork } from './test-network.ts'

export interface TestRuntime {
  readonly runtime: Runtime
  readonly network: VpcNetwork
  readonly dataDir: string
  readonly close: () => Promise<void>
}

/** A process runtime in a directory of its own, with one image over the machine's programs. */
export async function testRuntime(options: {
  interfaces: readonly TestInterface[]
  groups: TestGroups
  apiPort?: number
  writableLayer?: WritableLayer
  memoryCgroups?: boolean
  dataDir?: string
  log?: Log
}): Promise<TestRuntime> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'longshore-process-'))
  const store = openStore(':memory:')
  const clock = new RealClock(1, store)
  const log = options.log ?? silentLog
  const network = testNetwork({ ...options, clock, log })
  const image = testImage(join(dataDir, 'layer'))
  const runtime = await createProcessRuntime({
    clock,
    log,
    network,
    images: { resolve: (uri) => Promise.resolve({ ...image, uri }) },
    dataDir,
    apiPort: options.apiPort ?? 4566,
    ...(options.writableLayer === undefined ? {} : { writableLayer: options.writableLayer }),
    ...(options.memoryCgroups === undefined ? {} : { memoryCgroups: options.memoryCgroups }),
    searchPath: process.env['PATH'] ?? '',
  })
  return {
    runtime,
    network,
    dataDir,
    close: async () => {
      await runtime.close()
      await store.close()
      removeTree(dataDir)
    },
  }
}

function testImage(layer: string): UnpackedImage {
  mkdirSync(join(layer, 'app'), { recursive: true })
  mkdirSync(join(layer, 'usr/src'), { recursive: true })
  writeFileSync(join(layer, 'app/file'), 'of the image\n')
  writeFileSync(join(layer, 'usr/src/file'), 'of the image\n')
  return {
    uri: 'app:1',
    digest: `sha256:${'0'.repeat(64)}`,
    config: {
      entrypoint: [],
      command: [],
      environment: {},
      workingDirectory: '/app',
      user: '',
      stopSignal: 'SIGTERM',
    },
    layers: [layer],
    base: 'node:24-slim',
  }
}
