import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'

/** The reading end of a named pipe that a program writes to. */
export function readPipe(directory: string, name: 'stdout' | 'stderr'): Socket {
  const fd = openSync(join(directory, name), constants.O_RDONLY | constants.O_NONBLOCK)
  return new Socket({ fd, readable: true, writable: false })
}

/** The writing end of a named pipe that a program reads. */
export function writePipe(directory: string): Socket {
  const fd = openSync(join(directory, 'stdin'), constants.O_WRONLY | constants.O_NONBLOCK)
  const socket = new Socket({ fd, readable: false, writable: true })
  // A program that ends before it has read everything is no failure of the session.
  socket.on('error', () => {})
  return socket
}
