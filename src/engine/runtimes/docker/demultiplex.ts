import { PassThrough, type Readable } from 'node:stream'

const HEADER_BYTES = 8
const STDERR = 2

/**
 * Docker sends both outputs of a program through one connection: pieces with a head of eight bytes,
 * of which the first names the stream and the last four give the length.
 */
export function demultiplex(source: Readable): { stdout: Readable; stderr: Readable } {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  let held: Buffer = Buffer.alloc(0)
  let target = stdout
  let missing = 0
  source.on('data', (chunk: Buffer) => {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    held = Buffer.alloc(0)
    while (rest.length > 0) {
      if (missing === 0) {
        if (rest.length < HEADER_BYTES) {
          held = rest
          return
        }
        target = rest[0] === STDERR ? stderr : stdout
        missing = rest.readUInt32BE(4)
        rest = rest.subarray(HEADER_BYTES)
      }
      const piece = rest.subarray(0, missing)
      missing -= piece.length
      rest = rest.subarray(piece.length)
      if (piece.length > 0 && !target.write(piece)) pauseFor(source, target)
    }
  })
  const end = (): void => {
    stdout.end()
    stderr.end()
  }
  source.once('end', end)
  source.once('close', end)
  source.once('error', end)
  return { stdout, stderr }
}

function pauseFor(source: Readable, target: PassThrough): void {
  source.pause()
  target.once('drain', () => source.resume())
}
