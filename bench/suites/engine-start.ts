import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, startEngine, startMoto } from '../harness/servers.ts'
import { median, medianOf, skipLoudly, type Suite } from '../harness/suite.ts'

const RUNS = 5

/** How soon an engine answers, and what it holds then. */
export const engineStart: Suite = {
  name: 'engine-start',
  async run(report) {
    const dataDir = mkdtempSync(join(tmpdir(), 'longshore-bench-'))
    const memory: number[] = []
    const ours = await medianOf(() => startAndStop(() => startEngine(dataDir), memory), RUNS)
    const first = await startAndStop(() => startEngine(), [])
    rmSync(dataDir, { recursive: true, force: true })
    const motoMemory: number[] = []
    let theirs: number | undefined
    try {
      theirs = await medianOf(() => startAndStop(startMotoOrThrow, motoMemory), RUNS)
    } catch {
      skipLoudly('moto_server')
    }
    const peer = 'moto'
    const limit = (value: number) => ({ kind: 'at-most', value }) as const
    report({
      what: 'engine start to first answer',
      unit: 'ms',
      ours,
      theirs,
      peer,
      target: limit(400),
    })
    report({
      what: 'engine start to first answer, the first time',
      unit: 'ms',
      ours: first,
      theirs,
      peer,
      target: limit(1000),
    })
    report({
      what: 'memory at start',
      unit: 'MB',
      ours: median(memory),
      theirs: motoMemory.length === 0 ? undefined : median(motoMemory),
      peer,
      target: limit(120),
    })
  },
}

async function startMotoOrThrow(): Promise<Server> {
  const server = await startMoto()
  if (server === undefined) throw new Error('moto_server is not installed')
  return server
}

async function startAndStop(start: () => Promise<Server>, memory: number[]): Promise<number> {
  const server = await start()
  memory.push(server.memory())
  await server.stop()
  return server.startMs
}
