import { expect, test } from 'vitest'
import { httpBackend } from '../testing/backends.ts'
import { balanced } from '../testing/balanced.ts'
import { eventually } from '../testing/eventually.ts'

test('answers at its private addresses and under its name in the VPC', async () => {
  const { plane } = await balanced(
    httpBackend(({ headers }, response) => {
      response.end(
        `for ${String(headers['x-forwarded-for'])} ${String(headers['x-forwarded-port'])}`,
      )
    }),
  )
  const { network } = plane
  const ip = network.resolve('web-1.us-east-1.elb.localhost', 'vpc-1')
  expect(ip).toBe('10.0.0.5')
  const stream = await network.connect(
    { vpcId: 'vpc-1', ip: '10.0.0.77' },
    { vpcId: 'vpc-1', ip: ip ?? '', port: 80 },
  )
  stream.setEncoding('latin1')
  stream.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  let answer = ''
  for await (const part of stream) answer += String(part)
  expect(answer).toContain('for 10.0.0.77 80')
})

test('refuses a port on which nothing listens, and everything once it is gone', async () => {
  const { plane } = await balanced()
  const from = { vpcId: 'vpc-1', ip: '10.0.0.77' }
  const to = { vpcId: 'vpc-1', ip: '10.0.0.5' }
  await expect(plane.network.connect(from, { ...to, port: 81 })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  })
  plane.plane.removeBalancer('arn:balancer')
  expect(plane.network.resolve('web-1.us-east-1.elb.localhost', 'vpc-1')).toBeUndefined()
})

test('listens elsewhere when another program has its port', async () => {
  const first = await balanced()
  const second = await balanced()
  expect(first.plane.port).toBeGreaterThanOrEqual(8080)
  expect(second.plane.port).toBeGreaterThan(first.plane.port)
})

test('lets requests in flight finish when their listener is deleted', async () => {
  const waiting: (() => void)[] = []
  const { plane, url } = await balanced(
    httpBackend((_, response) => {
      waiting.push(() => response.end('finished'))
    }),
  )
  const inFlight = fetch(url)
  await eventually(() => waiting.length === 1)
  plane.plane.removeListener('arn:balancer', 'arn:listener')
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  waiting[0]?.()
  const response = await inFlight
  expect(await response.text()).toBe('finished')
  expect(response.headers.get('connection')).toBe('close')
})
