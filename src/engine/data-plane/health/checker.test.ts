import { expect, onTestFinished, test } from 'vitest'
import type { RequestListener } from 'node:http'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { settled, type TestPlane, testPlane } from '../testing/test-plane.ts'

type Plane = Awaited<ReturnType<typeof testPlane>>

async function checked(handler: RequestListener): Promise<{ plane: Plane; port: number }> {
  const plane: TestPlane<Plane['clock']> = await testPlane()
  const server = createServer(handler)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    plane.plane.stop()
    server.closeAllConnections()
    server.close()
  })
  return { plane, port: (server.address() as AddressInfo).port }
}

function report({ plane }: Plane): unknown[] {
  const group = plane.group('arn:group')
  return [...(group?.targets() ?? [])].map((target) => {
    const health = group?.report(target)
    return [health?.state, health?.reason, health?.description]
  })
}

async function pass(plane: Plane, durationMs: number): Promise<void> {
  for (let left = durationMs; left > 0; left -= 500) {
    await plane.clock.advance(Math.min(500, left))
    await settled(plane.plane)
  }
}

test('checks as ELB does: path, host, user agent, at the interval', async () => {
  const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = []
  const { plane, port } = await checked(({ url, headers }, response) => {
    seen.push({ url, headers })
    response.end()
  })
  await plane.register('arn:group', port)
  expect(seen).toMatchObject([
    {
      url: '/health',
      headers: { host: `10.0.0.9:${port}`, 'user-agent': 'ELB-HealthChecker/2.0' },
    },
  ])
  await pass(plane, 29_500)
  expect(seen).toHaveLength(1)
  await pass(plane, 1_000)
  expect(seen).toHaveLength(2)
})

test('becomes unhealthy with the codes that it saw, and healthy again', async () => {
  let status = 200
  const { plane, port } = await checked((_, response) => {
    response.writeHead(status).end()
  })
  await plane.register('arn:group', port)
  expect(report(plane)).toEqual([['healthy', undefined, undefined]])
  status = 500
  await pass(plane, 30_000)
  expect(report(plane)).toEqual([['healthy', undefined, undefined]])
  await pass(plane, 30_000)
  expect(report(plane)).toEqual([
    ['unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [500]'],
  ])
  status = 200
  await pass(plane, 4 * 30_000)
  expect(report(plane)).toMatchObject([expect.arrayContaining(['unhealthy'])])
  await pass(plane, 30_000)
  expect(report(plane)).toEqual([['healthy', undefined, undefined]])
})

test('says whether a target was silent or did not accept', async () => {
  const { plane, port } = await checked(() => {})
  await plane.register('arn:group')
  plane.plane.group('arn:group')?.register({ id: '10.0.0.9', ip: '10.0.0.9', port })
  plane.plane.checkSoon()
  await plane.clock.advance(500)
  for (let i = 0; i < 2; i++) {
    await plane.clock.advance(10)
    await plane.clock.advance(5_000)
    await settled(plane.plane)
    await plane.clock.advance(25_000)
  }
  expect(report(plane)).toEqual([['unhealthy', 'Target.Timeout', 'Request timed out']])
  const { plane: other } = await checked(() => {})
  await other.register('arn:group', 1)
  await pass(other, 31_000)
  expect(report(other)).toEqual([
    ['unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'],
  ])
})

test('checks nothing while no listener forwards to the group', async () => {
  let checks = 0
  const { plane, port } = await checked((_, response) => {
    checks++
    response.end()
  })
  plane.setGroup({ arn: 'arn:group', balancerArn: undefined })
  await plane.register('arn:group', port)
  await pass(plane, 60_000)
  expect(checks).toBe(0)
  expect(report(plane)).toMatchObject([expect.arrayContaining(['unused', 'Target.NotInUse'])])
  plane.setGroup({ arn: 'arn:group' })
  await pass(plane, 1_000)
  expect(report(plane)).toEqual([['healthy', undefined, undefined]])
})
