import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EngineProcess, startEngine, temporaryDirectory } from './support/engine.ts'
import { finish, freePort, ROOT } from './support/longshore.ts'

const MAIN = join(ROOT, 'src', 'engine', 'main.ts')

let directory: ReturnType<typeof temporaryDirectory>
let dataDir: string
const started: EngineProcess[] = []

beforeEach(() => {
  directory = temporaryDirectory()
  dataDir = join(directory.path, 'engine')
})

afterEach(async () => {
  for (const engine of started.splice(0)) await engine.kill()
  directory.remove()
})

async function start(): Promise<EngineProcess> {
  const engine = await startEngine(dataDir)
  started.push(engine)
  return engine
}

function logs(endpoint: string): CloudWatchLogsClient {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  return new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

/** Starts an engine that must not start, and returns what it says. */
async function failure(...args: readonly string[]): Promise<unknown> {
  const { code, stderr } = await finish(process.execPath, [MAIN, '--data-dir', dataDir, ...args])
  expect(code).toBe(1)
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
}

test('keeps what it acknowledged when it is killed in the middle of its work', async () => {
  const first = await start()
  const client = logs(first.endpoint)
  const acknowledged: string[] = []
  const writing = (async () => {
    for (let i = 0; i < 10_000; i++) {
      const logGroupName = `/killed/${String(i).padStart(5, '0')}`
      await client.send(new CreateLogGroupCommand({ logGroupName }))
      acknowledged.push(logGroupName)
      if (i === 200) void first.kill()
    }
  })()
  await expect(writing).rejects.toThrow()
  const second = await start()
  const found = new Set<string | undefined>()
  let nextToken: string | undefined
  do {
    const page = await logs(second.endpoint).send(new DescribeLogGroupsCommand({ nextToken }))
    for (const { logGroupName } of page.logGroups ?? []) found.add(logGroupName)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  expect(acknowledged.length).toBeGreaterThan(200)
  expect(acknowledged.filter((name) => !found.has(name))).toEqual([])
  expect(await second.stop()).toBe(0)
})

test('says where it answers, to its owner only, and takes that back when it stops', async () => {
  const engine = await start()
  const file = join(dataDir, 'engine.json')
  const facts = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; token: string }
  expect(facts).toMatchObject({ pid: engine.pid, port: engine.port, pace: 10 })
  expect(statSync(file).mode & 0o077).toBe(0)
  expect(statSync(dataDir).mode & 0o077).toBe(0)
  const stopped = await fetch(`${engine.endpoint}/_longshore/stop`, {
    method: 'POST',
    headers: { authorization: `Bearer ${facts.token}` },
  })
  expect(stopped.status).toBe(202)
  expect(await engine.stop()).toBe(0)
  expect(readdirSync(dataDir)).not.toContain('engine.json')
})

test('refuses a data directory that another engine uses', async () => {
  const engine = await start()
  expect(await failure('--port', String(await freePort()))).toMatchObject({
    code: 'engine-running',
    message: `an engine is already running (pid ${engine.pid})`,
    next: expect.stringContaining('longshore engine stop') as string,
  })
  await engine.stop()
})

test('names the port that is taken, and the next step', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  expect(await failure('--port', String(port))).toMatchObject({
    code: 'port-in-use',
    message: `port ${port} is in use by another program`,
    next: expect.stringContaining('--port') as string,
  })
  other.close()
  const engine = await start()
  expect(await engine.stop(), 'nothing half started was left').toBe(0)
})

test('explains state that it cannot read, and leaves it alone', async () => {
  const engine = await start()
  await engine.stop()
  const state = join(dataDir, 'state.sqlite')
  writeFileSync(state, 'no database')
  expect(await failure('--port', String(await freePort()))).toMatchObject({
    code: 'store',
    place: state,
    next: expect.stringContaining('engine reset') as string,
  })
  expect(readFileSync(state, 'utf8')).toBe('no database')
})

test('explains a data directory that it cannot have', async () => {
  writeFileSync(dataDir, 'a file')
  expect(await failure('--port', String(await freePort()))).toMatchObject({
    code: 'data-dir',
    place: dataDir,
  })
})

test('refuses a runtime and a pace that do not exist', async () => {
  const port = String(await freePort())
  expect(await failure('--port', port, '--runtime', 'magic')).toMatchObject({
    message: 'there is no runtime "magic"',
  })
  expect(await failure('--port', port, '--pace', 'fast')).toMatchObject({ place: '--pace' })
})
