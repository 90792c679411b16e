import type { Socket as DatagramSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import type { Server, Socket } from 'node:net'
import type { Ask } from './messages.ts'
import type { Programs } from './programs.ts'
import { run } from './run.ts'
import { connect, listen, receive } from './sockets.ts'

export interface Answered {
  readonly handle?: Socket | Server | DatagramSocket
  readonly [member: string]: unknown
}

/** Does what the engine asks. */
export async function answer(programs: Programs, ask: Ask): Promise<Answered> {
  switch (ask.op) {
    case 'run':
      return { ...(await run(ask.argv, ask.input)) }
    case 'listen':
      return { handle: await listen(ask.port) }
    case 'receive':
      return { handle: await receive(ask.address, ask.port) }
    case 'connect':
      return { handle: await connect(ask) }
    case 'start':
      return { pid: await programs.start(ask) }
    case 'opened':
      programs.opened(ask.key)
      return {}
    case 'signal':
      programs.signal(ask.key, ask.signal)
      return {}
    case 'limit':
      programs.limit(ask.group, ask.memoryBytes)
      return {}
    case 'usage':
      return { programs: programs.usage(ask.group) }
    case 'read':
      return { text: await readFile(ask.path, 'utf8') }
  }
}
