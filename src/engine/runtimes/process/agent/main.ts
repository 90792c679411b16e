/**
 * The first process of a VPC's namespaces: does inside what the engine asks from outside. It decides
 * nothing, keeps little, and ends with the engine (its channel closes), and everything with it.
 */
import type { Server, Socket } from 'node:net'
import type { Socket as DatagramSocket } from 'node:dgram'
import { answer } from './answer.ts'
import type { Message, Request } from './messages.ts'
import { Programs } from './programs.ts'

function send(message: Message, handle?: Socket | Server | DatagramSocket): void {
  if (!process.connected) return
  process.send?.(message, handle, {}, (error) => {
    if (error === null) release(handle)
  })
}

/** The engine has it now; a listener that stayed open here would take connections too. */
function release(handle?: Socket | Server | DatagramSocket): void {
  if (handle !== undefined && 'close' in handle) handle.close()
}

const programs = new Programs((key, exit) => send({ kind: 'exit', key, exit }))

process.on('disconnect', () => process.exit(0))
process.on('message', ({ id, ask }: Request) => {
  answer(programs, ask).then(
    ({ handle, ...rest }) => send({ kind: 'answer', id, answer: rest }, handle),
    (error: NodeJS.ErrnoException) =>
      send({
        kind: 'failure',
        id,
        message: error.message,
        ...(error.code === undefined ? {} : { code: error.code }),
      }),
  )
})
send({ kind: 'ready' })
