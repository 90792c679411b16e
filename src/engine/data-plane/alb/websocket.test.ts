import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { onTestFinished, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { rawBackend } from '../testing/backends.ts'
import { type Balanced, balanced } from '../testing/balanced.ts'
import { forwardTo } from '../testing/test-plane.ts'

async function echoServer(plane: Balanced['plane']): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  plane.setGroup({ arn: 'arn:sockets', healthCheck: { ...CHECK } })
  await plane.setRules([forwardTo('arn:sockets')])
  await plane.register('arn:sockets', (server.address() as AddressInfo).port)
  return server
}

const CHECK = {
  enabled: true,
  protocol: 'HTTP',
  port: undefined,
  path: '/',
  intervalMs: 30_000,
  timeoutMs: 5_000,
  thresholds: { healthy: 5, unhealthy: 2 },
  codes: '200-499',
} as const

test('carries WebSockets, text and big binary messages', async () => {
  const { plane } = await balanced()
  await echoServer(plane)
  const socket = new WebSocket(`ws://127.0.0.1:${plane.port}/live`)
  await once(socket, 'open')
  socket.send('hello')
  expect(String((await once(socket, 'message'))[0])).toBe('hello')
  const big = Buffer.alloc(1_000_000, 7)
  socket.send(big)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(answer.equals(big)).toBe(true)
  socket.close(1000, 'bye')
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1000, 'bye'])
})

test('carries many at once', async () => {
  const { plane } = await balanced()
  const server = await echoServer(plane)
  const sockets = Array.from({ length: 100 }, () => new WebSocket(`ws://127.0.0.1:${plane.port}/`))
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  expect(server.clients.size).toBe(100)
  const answers = sockets.map(async (socket, i) => {
    socket.send(String(i))
    return Number(String((await once(socket, 'message'))[0]))
  })
  expect(await Promise.all(answers)).toEqual(sockets.map((_, i) => i))
  for (const socket of sockets) socket.terminate()
})

test("ends the client's side when the target ends, and the other way round", async () => {
  const { plane } = await balanced()
  const server = await echoServer(plane)
  const first = new WebSocket(`ws://127.0.0.1:${plane.port}/`)
  await once(first, 'open')
  for (const client of server.clients) client.terminate()
  await once(first, 'close')
  const second = new WebSocket(`ws://127.0.0.1:${plane.port}/`)
  await once(second, 'open')
  const [socket] = server.clients
  second.terminate()
  if (socket !== undefined && socket.readyState !== socket.CLOSED) await once(socket, 'close')
  expect(server.clients.size).toBe(0)
})

test('keeps answering plain HTTP when the target does not switch', async () => {
  const backend = rawBackend((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno')
  })
  const { client } = await balanced(backend)
  const raw = client()
  raw.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(await raw.until('no')).toContain('HTTP/1.1 200 OK')
})
