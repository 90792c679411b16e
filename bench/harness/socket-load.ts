import { once } from 'node:events'
import { WebSocket } from 'ws'

const MESSAGE = Buffer.alloc(100, 'm')

/** Messages a second, there and back, over so many WebSockets at once. */
export async function socketLoad(
  port: number,
  { sockets: count, durationMs }: { sockets: number; durationMs: number },
): Promise<number> {
  const sockets = Array.from(
    { length: count },
    () => new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false }),
  )
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  let echoes = 0
  let goesOn = true
  for (const socket of sockets) {
    socket.on('message', () => {
      echoes++
      if (goesOn) socket.send(MESSAGE)
    })
    socket.send(MESSAGE)
  }
  const began = performance.now()
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  goesOn = false
  const perSecond = (echoes / (performance.now() - began)) * 1000
  const closed = sockets.map((socket) => once(socket, 'close'))
  for (const socket of sockets) socket.close()
  await Promise.all(closed)
  return perSecond
}
