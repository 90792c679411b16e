import { expect, onTestFinished, test } from 'vitest'
import { rawBackend } from '../testing/backends.ts'
import { eventually } from '../testing/eventually.ts'
import { RawClient } from '../testing/raw-client.ts'
import { type TestPlane, testPlane } from '../testing/test-plane.ts'

const CHECK = {
  enabled: true,
  protocol: 'TCP',
  port: undefined,
  path: '/',
  intervalMs: 30_000,
  timeoutMs: 10_000,
  thresholds: { healthy: 5, unhealthy: 2 },
  codes: '200',
} as const

type Plane = TestPlane<Awaited<ReturnType<typeof testPlane>>['clock']>

/** A network load balancer before echoes that say who they are. */
async function network(...names: string[]): Promise<{ plane: Plane; client: () => RawClient }> {
  const plane = await testPlane({ protocol: 'TCP', port: 1935 })
  onTestFinished(() => plane.plane.stop())
  plane.setGroup({ arn: 'arn:group', protocol: 'TCP', healthCheck: CHECK })
  for (const name of names) {
    const backend = await rawBackend((socket, first) => {
      socket.write(`${name}:${first}`)
      socket.on('data', (part) => socket.write(part))
    })
    onTestFinished(() => backend.close())
    await plane.register('arn:group', backend.port)
  }
  const client = (): RawClient => {
    const raw = new RawClient(plane.port)
    onTestFinished(() => {
      raw.socket.destroy()
    })
    return raw
  }
  return { plane, client }
}

test('carries bytes both ways, whatever they are', async () => {
  const { client } = await network('a')
  const raw = client()
  raw.send('\x03\x00binary')
  await raw.until('a:\x03\x00binary')
  raw.send('more')
  expect(await raw.until('more')).toContain('more')
})

test('gives each connection to the next target', async () => {
  const { client } = await network('a', 'b')
  const names = []
  for (let i = 0; i < 4; i++) {
    const raw = client()
    raw.send('x')
    names.push((await raw.until(':x')).charAt(0))
  }
  expect(names).toEqual(['a', 'b', 'a', 'b'])
})

test('keeps a client with its target where stickiness says so', async () => {
  const { plane, client } = await network('a', 'b')
  plane.setGroup({
    arn: 'arn:group',
    protocol: 'TCP',
    healthCheck: CHECK,
    stickiness: { type: 'source_ip' },
  })
  const names = new Set<string>()
  for (let i = 0; i < 4; i++) {
    const raw = client()
    raw.send('x')
    names.add((await raw.until(':x')).charAt(0))
  }
  expect(names.size).toBe(1)
})

test('closes a connection for which there is no target', async () => {
  const { plane, client } = await network()
  expect(await client().ended()).toBe('')
  expect(plane.plane.balancer('arn:balancer')?.counters.rejectedConnections).toBe(1)
})

test('cuts an idle flow after its time-out', async () => {
  const { plane, client } = await network('a')
  const raw = client()
  raw.send('x')
  await raw.until(':x')
  await plane.clock.advance(349_000)
  raw.send('y')
  await raw.until('y')
  await plane.clock.advance(349_000)
  expect(raw.socket.destroyed).toBe(false)
  await plane.clock.advance(10_000)
  await raw.ended()
})

test('counts a flow as in flight until it is over', async () => {
  const { plane, client } = await network('a')
  const raw = client()
  raw.send('x')
  await raw.until(':x')
  const [target] = plane.plane.group('arn:group')?.targets() ?? []
  expect(target?.inFlight).toBe(1)
  raw.socket.destroy()
  await eventually(() => target?.inFlight === 0)
})
