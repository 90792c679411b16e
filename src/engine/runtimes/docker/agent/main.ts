/**
 * The only process of a router container: does inside what the engine asks from outside, with the
 * process runtime's own agent for everything but the way in which connections travel. It decides
 * nothing, and ends with the engine, and every task with it.
 */
import type { Socket as DatagramSocket } from 'node:dgram'
import { createConnection, Server, Socket } from 'node:net'
import { answer } from '../../process/agent/answer.ts'
import type { Message } from '../../process/agent/messages.ts'
import { Programs } from '../../process/agent/programs.ts'
import { type Greeting, onMessages, sendMessage, type ToAgent, type ToEngine } from './wire.ts'

const [, , engine = ''] = process.argv
const adopted = new Set<number>()
const carried = new Map<number, Socket>()
const datagrams = new Map<number, DatagramSocket>()
let connections = 0

const control = createConnection(engine)
const say = (message: Greeting | ToEngine): void => sendMessage(control, message)
const programs = new Programs((key, exit) => say({ kind: 'exit', key, exit }))

control.once('connect', () => {
  say({ kind: 'control' })
  say({ kind: 'ready' })
})
control.on('error', () => {})
// Without the engine there is nobody to whom its tasks belong.
control.once('close', () => {
  for (const pid of adopted) kill(pid)
  process.exit(0)
})
onMessages<ToAgent>(control, (message) => {
  if ('ask' in message) void obey(message)
  else if ('reset' in message) carried.get(message.reset)?.resetAndDestroy()
  else if ('adopt' in message) adopted.add(message.adopt)
  else if ('release' in message) adopted.delete(message.release)
  else {
    const bytes = Buffer.from(message.datagram, 'base64')
    datagrams.get(message.from)?.send(bytes, message.port, message.address, () => {})
  }
})

async function obey({ id, ask }: Extract<ToAgent, { ask: unknown }>): Promise<void> {
  try {
    const { handle, ...rest } = await answer(programs, ask)
    if (handle instanceof Server) acceptFor(handle)
    else if (handle instanceof Socket) {
      carry(handle, (number) => ({ kind: 'made', id, carried: number }))
    } else if (handle !== undefined) forwardDatagrams(handle, id)
    say({ kind: 'answer', id, answer: rest })
  } catch (error) {
    say(failure(id, error as NodeJS.ErrnoException))
  }
}

function failure(id: number, { message, code }: NodeJS.ErrnoException): Message {
  return { kind: 'failure', id, message, ...(code === undefined ? {} : { code }) }
}

function acceptFor(server: Server): void {
  server.on('connection', (socket) => {
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
    carry(socket, (number) => ({
      kind: 'accepted',
      carried: number,
      port: localPort,
      localAddress,
      remoteAddress,
      remotePort,
    }))
  })
}

function forwardDatagrams(socket: DatagramSocket, id: number): void {
  datagrams.set(id, socket)
  socket.on('message', (message, { address, port }) =>
    say({ kind: 'datagram', id, datagram: message.toString('base64'), address, port }),
  )
}

/** Carries a task's connection to the engine. */
function carry(socket: Socket, greet: (number: number) => Greeting): void {
  const number = ++connections
  carried.set(number, socket)
  const out = createConnection({ path: engine, allowHalfOpen: true })
  sendMessage(out, greet(number))
  socket.allowHalfOpen = true
  for (const [from, to] of [
    [socket, out],
    [out, socket],
  ] as const) {
    from.on('error', () => to.destroy())
    from.once('close', () => to.destroy())
    from.pipe(to)
  }
  socket.once('close', () => carried.delete(number))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
