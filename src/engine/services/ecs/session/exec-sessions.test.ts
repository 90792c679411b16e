import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { decodeAgentMessage, PAYLOAD } from '../../../../aws/session-protocol/agent-message.ts'
import { runSession } from '../../../../ops/session-client.ts'
import { EcsWorld } from '../testing/ecs-world.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** An engine's port for sessions, and one task that runs. */
async function arrange(enableExecuteCommand = true) {
  const world = await new EcsWorld().start()
  world.programs.set('shell', {
    exec: ([, , script]) => ({ exitCode: 3, stdout: `ran ${script}\n`, stderr: 'oh\n' }),
  })
  await world.define('api', { image: 'shell' })
  const { taskArn } = await world.run({ enableExecuteCommand })
  await world.clock.advance(5000)
  const [mount] = world.engine.services.get('ecs')?.upgrades ?? []
  server = createServer().on('upgrade', (request, socket, head) =>
    mount?.upgrade(request, socket, head),
  )
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const command = async (more = {}) => {
    const of = { cluster: 'main', task: taskArn, interactive: true, command: `sh -c 'a "b"'` }
    const { session } = await world.ecs.executeCommand({ ...of, ...more })
    const url = session?.streamUrl?.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`) ?? ''
    return { url, token: session?.tokenValue ?? '', sessionId: session?.sessionId ?? '' }
  }
  return { world, command }
}

test('X1, X3: a session carries output, errors and the exit code', async () => {
  const { command } = await arrange()
  const { url, token, sessionId } = await command()
  expect(sessionId).toMatch(/^ecs-execute-command-[0-9a-f]{17}$/)
  const [output, error] = [new PassThrough(), new PassThrough()]
  const code = await runSession(
    { taskId: 't', streamUrl: url, tokenValue: token },
    { input: new PassThrough(), output, error, size: () => undefined, onResize: () => () => {} },
  )
  expect(code).toBe(3)
  expect(await text(output.end())).toBe('ran a "b"\n')
  expect(await text(error.end())).toBe('oh\n')
})

test('X3: a channel with the wrong token is closed, and a session opens once', async () => {
  const { command } = await arrange()
  const { url } = await command()
  const closed = await new Promise<number>((resolve) => {
    const socket = new WebSocket(url)
    socket.on('open', () => socket.send(JSON.stringify({ TokenValue: 'guess' })))
    socket.on('close', resolve)
  })
  expect(closed).toBe(1008)
  const refused = await new Promise<string>((resolve) =>
    new WebSocket(url).on('error', ({ message }) => resolve(message)),
  )
  expect(refused).toContain('404')
})

test('X3: what is not acknowledged is sent again', async () => {
  const { world, command } = await arrange()
  const { url, token } = await command()
  const socket = new WebSocket(url)
  const seen: number[] = []
  const twice = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer) => {
      const { payloadType, sequence } = decodeAgentMessage(data)
      if (payloadType === PAYLOAD.handshakeRequest) seen.push(sequence)
      if (seen.length === 2) resolve()
    }),
  )
  await new Promise((resolve) => socket.on('open', resolve))
  socket.send(JSON.stringify({ TokenValue: token }))
  await new Promise((resolve) => socket.once('message', resolve))
  await world.clock.advance(600)
  await twice
  expect(seen).toEqual([0, 0])
  socket.terminate()
})

test('X1: a task without exec, and a command that is not interactive, are refused', async () => {
  const { command } = await arrange(false)
  await expect(command()).rejects.toThrow('execute command was not enabled')
  const other = await arrange()
  await expect(other.command({ interactive: false })).rejects.toThrow('only mode supported')
  await expect(other.command({ container: 'no' })).rejects.toThrow('not part of the task')
})
