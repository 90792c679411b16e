import { expect, onTestFinished, test } from 'vitest'
import { type Backend, httpBackend, rawBackend } from '../testing/backends.ts'
import { type Balanced, balanced } from '../testing/balanced.ts'
import { eventually } from '../testing/eventually.ts'
import type { TargetGroup } from './target-group.ts'

function groupOf({ plane }: Balanced['plane']): TargetGroup {
  const group = plane.group('arn:group')
  if (group === undefined) throw new Error('no group')
  return group
}

/** A backend that answers when it is told to. */
async function patient(): Promise<{ backend: Backend; answers: ((text: string) => void)[] }> {
  const answers: ((text: string) => void)[] = []
  const backend = await httpBackend((_, response) => {
    answers.push((text) => response.end(text))
  })
  onTestFinished(() => backend.close())
  return { backend, answers }
}

test('lets requests in flight finish and sends no new one', async () => {
  const { backend, answers } = await patient()
  const { plane, url } = await balanced(Promise.resolve(backend))
  const group = groupOf(plane)
  const inFlight = fetch(url)
  await eventually(() => answers.length === 1)
  group.deregister(`10.0.0.9:${backend.port}`, plane.clock.now())
  expect((await fetch(url)).status).toBe(503)
  answers[0]?.('finished')
  expect(await (await inFlight).text()).toBe('finished')
  expect(plane.drained).toEqual([])
  await plane.clock.advance(30_000)
  expect(plane.drained).toEqual([`arn:group 10.0.0.9:${backend.port}`])
})

test('closes idle connections at once, and busy ones after their response', async () => {
  const { backend, answers } = await patient()
  const { plane, url } = await balanced(Promise.resolve(backend))
  const first = fetch(url)
  await eventually(() => answers.length === 1)
  const second = fetch(url)
  await eventually(() => answers.length === 2)
  answers[0]?.('one')
  await (await first).text()
  const group = groupOf(plane)
  const target = group.target(`10.0.0.9:${backend.port}`)
  expect(target?.connections.size).toBe(2)
  group.deregister(`10.0.0.9:${backend.port}`, plane.clock.now())
  expect(target?.connections.size).toBe(1)
  answers[1]?.('two')
  await (await second).text()
  expect(target?.connections.size).toBe(0)
})

test('cuts what still runs when the delay is over by the clock on the wall', async () => {
  const { backend, answers } = await patient()
  const { plane, url } = await balanced(Promise.resolve(backend))
  const inFlight = fetch(url)
  await eventually(() => answers.length === 1)
  groupOf(plane).deregister(`10.0.0.9:${backend.port}`, plane.clock.now())
  await plane.clock.advance(30_000)
  expect((await inFlight).status).toBe(502)
  expect(plane.drained).toHaveLength(1)
})

test('loses no request while targets come and go under load', async () => {
  const make = (): Promise<Backend> =>
    httpBackend((_, response) => {
      setImmediate(() => response.end('fine'))
    })
  const { plane, url } = await balanced(make(), make())
  const group = groupOf(plane)
  const statuses = new Map<number, number>()
  const load = { goesOn: true }
  const clients = Array.from({ length: 16 }, async () => {
    while (load.goesOn) {
      const response = await fetch(url, { method: 'POST', body: 'x' })
      await response.text()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    }
  })
  for (let round = 0; round < 10; round++) {
    const old = [...group.targets()].find((target) => !target.draining)
    const fresh = await make()
    onTestFinished(() => fresh.close())
    await plane.register('arn:group', fresh.port)
    if (old !== undefined) group.deregister(old.key, plane.clock.now())
    await eventually(() => old?.inFlight === 0)
    old?.cut()
    const answered = statuses.get(200) ?? 0
    await eventually(() => (statuses.get(200) ?? 0) > answered + 50)
  }
  load.goesOn = false
  await Promise.all(clients)
  expect([...statuses.keys()]).toEqual([200])
})

test('registers a draining target anew while its old requests finish', async () => {
  const { backend, answers } = await patient()
  const { plane, url } = await balanced(Promise.resolve(backend))
  const group = groupOf(plane)
  const key = `10.0.0.9:${backend.port}`
  const old = fetch(url)
  await eventually(() => answers.length === 1)
  group.deregister(key, plane.clock.now())
  await plane.register('arn:group', backend.port)
  const fresh = fetch(url)
  await eventually(() => answers.length === 2)
  for (const answer of answers) answer('both')
  expect(await (await old).text()).toBe('both')
  expect(await (await fresh).text()).toBe('both')
  await plane.clock.advance(60_000)
  expect(plane.drained).toEqual([])
  expect(group.target(key)?.draining).toBe(false)
})

test('answers from all targets when none is healthy', async () => {
  const backend = await rawBackend((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nopen')
  })
  onTestFinished(() => backend.close())
  const { plane, url } = await balanced()
  plane.setGroup({ arn: 'arn:group', healthCheck: { ...SICK } })
  await plane.register('arn:group', backend.port)
  await plane.clock.advance(60_000)
  const group = groupOf(plane)
  expect([...group.targets()].map(({ health }) => health.state)).toEqual(['unhealthy'])
  expect(await (await fetch(url)).text()).toBe('open')
})

const SICK = {
  enabled: true,
  protocol: 'HTTP',
  port: undefined,
  path: '/health',
  intervalMs: 30_000,
  timeoutMs: 5_000,
  thresholds: { healthy: 5, unhealthy: 2 },
  codes: '299',
} as const
