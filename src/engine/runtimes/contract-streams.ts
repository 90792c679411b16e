import { readdirSync, readFileSync } from 'node:fs'
import { text as wholeText } from 'node:stream/consumers'
import type { Duplex, Readable } from 'node:stream'

export type Printed = readonly [line: string, stream: 'stdout' | 'stderr']

/** What a container printed, and a way to wait for more. */
export class Output {
  readonly lines: Printed[] = []
  readonly #waiting = new Set<(line: string) => void>()

  add(line: string, stream: 'stdout' | 'stderr'): void {
    this.lines.push([line, stream])
    for (const each of this.#waiting) each(line)
  }

  line(wanted: string | RegExp): Promise<string> {
    const fits = (line: string): boolean =>
      typeof wanted === 'string' ? line === wanted : wanted.test(line)
    const known = this.lines.find(([line]) => fits(line))
    if (known !== undefined) return Promise.resolve(known[0])
    return new Promise((resolve) => {
      const look = (line: string): void => {
        if (!fits(line)) return
        this.#waiting.delete(look)
        resolve(line)
      }
      this.#waiting.add(look)
    })
  }
}

/** A stream's bytes as they come, and a way to wait for some of them. */
export function collect(stream: Readable): { until(wanted: string): Promise<void> } {
  let seen = ''
  const waiting = new Set<() => void>()
  stream.on('data', (chunk) => {
    seen += String(chunk)
    for (const each of waiting) each()
  })
  return {
    until: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (seen.includes(wanted)) resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

export function text(stream: Readable): Promise<string> {
  return wholeText(stream)
}

/** The answer to a plain GET on a connection, head and body. */
export function get(connection: Duplex): Promise<string> {
  connection.write('GET / HTTP/1.1\r\nHost: task\r\nConnection: close\r\n\r\n')
  return text(connection)
}

/** Processes of this machine in whose arguments a word stands. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)
    } catch {
      return false
    }
  })
}
