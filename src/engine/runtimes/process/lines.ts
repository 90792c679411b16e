import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Longer lines are cut into pieces, as the awslogs driver does at the size of an event. */
const MAX_LINE = 256 * 1024

/** Calls for each line of a stream, without its end; resolves at the end of the stream. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    rest += decoder.write(chunk)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (rest.length > MAX_LINE) {
      onLine(rest.slice(0, MAX_LINE))
      rest = rest.slice(MAX_LINE)
    }
  })
  return new Promise((resolve) => {
    const done = (): void => {
      if (rest !== '') onLine(rest)
      rest = ''
      resolve()
    }
    stream.once('end', done)
    stream.once('error', done)
    stream.once('close', done)
  })
}
