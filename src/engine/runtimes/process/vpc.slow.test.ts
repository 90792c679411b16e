import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../../../base/log.ts'
import { ConnectionRefused } from '../../network/network.ts'
import { World } from '../contract-world.ts'
import { processRuntimeProblem } from './process-runtime-problem.ts'
import { TEST_VPC, type TestGroups, type TestInterface } from './test-network.ts'
import { testRuntime, type TestRuntime } from './test-runtime.ts'

const problem = await processRuntimeProblem(process.env['PATH'] ?? '')
const POLL = { timeout: 10_000 }
const WEB = '10.0.1.5'
const PEER = '10.0.1.6'
const DB = '10.0.2.9'

/** Opens a connection and says how that went: `open`, `ECONNREFUSED`, `silence` … */
const probe = (ip: string, port: number): string => `
  const socket = require('net').connect(${port}, '${ip}')
  socket.on('connect', () => { console.log('open'); process.exit() })
  socket.on('error', (error) => { console.log(error.code); process.exit() })
  setTimeout(() => { console.log('silence'); process.exit() }, 1200)`

describe.skipIf(problem !== undefined)(`a VPC on this machine ${problem ?? ''}`, () => {
  const groups: Record<string, { from: number; to: number }[]> & TestGroups = {
    'sg-web': [{ from: 3000, to: 3000 }],
    'sg-db': [{ from: 5432, to: 5432 }],
  }
  const interfaces: TestInterface[] = [
    { ip: WEB, group: 'sg-web' },
    { ip: PEER, group: 'sg-web' },
    { ip: DB, group: 'sg-db' },
  ]
  const warnings: unknown[] = []
  const log: Log = {
    info: () => {},
    warn: (_message, fields) => warnings.push(fields),
    error: (_message, fields) => warnings.push(fields),
  }
  let made: TestRuntime
  let world: World
  let api: Server
  let database: Server

  beforeAll(async () => {
    api = createServer((socket) => socket.end('the API')).listen(0, '127.0.0.1')
    database = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await Promise.all([once(api, 'listening'), once(database, 'listening')])
    const { port: apiPort } = api.address() as AddressInfo
    made = await testRuntime({ interfaces, groups, apiPort, log })
    const { runtime, close } = made
    const image = await runtime.pull({ uri: 'app:1', platform: 'linux/amd64' })
    const harness = { runtime, image: 'app:1', vpcId: TEST_VPC, visitor: DB, close }
    world = new World({ ...harness, addresses: [WEB, PEER] }, image)
    await world.sandbox(0)
  })
  afterAll(async () => {
    await world.destroy()
    await made.close()
    api.close()
    database.close()
  })

  /** The first line that a script prints in a task. */
  async function says(script: string, index: 0 | 1 = 0): Promise<string> {
    const { line } = await world.node(script, { sandbox: await world.sandbox(index) })
    return line(/./)
  }

  test('carries a task to a database at its private address and port', async () => {
    const seen: unknown[] = []
    const { port } = database.address() as AddressInfo
    made.network.bind(
      { vpcId: TEST_VPC, ip: DB },
      {
        ports: [5432],
        connect: (asked, from) => {
          seen.push([asked, from.ip])
          return Promise.resolve(connect(port, '127.0.0.1'))
        },
      },
    )
    const echo = `const s = require('net').connect(5432, '${DB}'); s.write('hello\\n')
      s.on('data', (d) => { console.log(String(d).trim()); process.exit() })`
    expect(await says(echo)).toBe('hello')
    expect(seen).toEqual([[5432, WEB]])
  })

  test('resets a connection where the endpoint refuses', async () => {
    const ip = '10.0.2.10'
    interfaces.push({ ip, group: 'sg-db' })
    made.network.policyChanged()
    made.network.bind(
      { vpcId: TEST_VPC, ip },
      { ports: [5432], connect: () => Promise.reject(new ConnectionRefused('not yet')) },
    )
    const script = `const s = require('net').connect(5432, '${ip}'); s.on('connect', () => s.resume())
      s.on('error', (error) => { console.log(error.code); process.exit() })`
    expect(await says(script)).toMatch(/ECONNRESET|ECONNREFUSED/)
  })

  test('lets nothing through that no group allows, and says why', async () => {
    await world.sandbox(1)
    expect(await says(probe(PEER, 3000))).toBe('ECONNREFUSED')
    expect(await says(probe(PEER, 4000))).toBe('silence')
    const reason = `no ingress rule of sg-web allows tcp/4000 from ${WEB} (sg-web)`
    await expect
      .poll(() => made.network.refusals(), { timeout: 10_000 })
      .toMatchObject([{ from: WEB, to: `${PEER}:4000`, reason }])
    expect(warnings).toContainEqual({ from: WEB, to: `${PEER}:4000`, reason })
  })

  test('opens at once when a rule is added, and closes when it goes', async () => {
    groups['sg-web']?.push({ from: 4000, to: 4000 })
    made.network.policyChanged()
    await expect.poll(() => says(probe(PEER, 4000)), POLL).toBe('ECONNREFUSED')
    groups['sg-web']?.pop()
    made.network.policyChanged()
    await expect.poll(() => says(probe(PEER, 4000)), POLL).toBe('silence')
  })

  test('has no way to addresses of nobody, to this machine, or to the internet', async () => {
    for (const ip of ['10.0.77.7', '127.0.0.2', '192.168.1.1', '1.1.1.1']) {
      expect(await says(probe(ip, 443))).toMatch(ip === '127.0.0.2' ? 'ECONNREFUSED' : 'silence')
    }
  })

  test('answers names: private ones, localhost, and none for the rest', async () => {
    made.network.setName('db.internal', { vpcId: TEST_VPC, ip: DB })
    const lookup = (name: string) => `require('dns').resolve4('${name}', (e, a) =>
      console.log(e === null ? a.join() : e.code))`
    expect(await says(lookup('db.internal'))).toBe(DB)
    expect(await says(lookup('any.localhost'))).toBe('127.0.0.1')
    expect(await says(lookup('nobody'))).toBe('ENOTFOUND')
    const system = `require('dns').lookup('db.internal', (e, a) => console.log(a))`
    expect(await says(system)).toBe(DB)
  })

  test('has the AWS API at its link-local address', async () => {
    const script = `require('net').connect(4566, '169.254.170.3')
      .on('data', (d) => console.log(String(d)))`
    expect(await says(script)).toBe('the API')
  })

  test('shows a task nothing of the machine that it could change', async () => {
    const script = `const fs = require('fs'); console.log(JSON.stringify([
      ['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger'].map((path) => {
        try { fs.openSync(path, 'r+') } catch (error) { return error.code } }),
      fs.readdirSync('/home'), fs.readdirSync('/root'), fs.readdirSync('/').includes('sys'),
      fs.existsSync('${process.cwd()}')]))`
    const [errors, home, root, sys, project] = JSON.parse(await says(script)) as unknown[]
    for (const error of errors as string[]) expect(['EROFS', 'EACCES', 'ENOENT']).toContain(error)
    expect([home, root, sys, project]).toEqual([[], [], true, false])
  })
})
