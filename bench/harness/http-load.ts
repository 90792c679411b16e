import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { load } from './load.ts'

export interface HttpLoad {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly durationMs: number
}

export interface HttpLoadResult {
  readonly perSecond: number
  readonly p99Ms: number
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 }

/** GETs over kept connections: by wrk where it is installed, else by the harness's own client. */
export async function httpLoad(options: HttpLoad): Promise<HttpLoadResult> {
  const { port, path, connections, durationMs } = options
  if (!hasWrk()) {
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    return load({ port, connections, durationMs, request })
  }
  const seconds = `${Math.ceil(durationMs / 1000)}s`
  const url = `http://127.0.0.1:${port}${path}`
  const shape = ['-t', '1', '-c', String(connections), '-d', seconds]
  const { stdout } = await promisify(execFile)('wrk', [...shape, '--latency', url])
  const perSecond = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)
  if (perSecond === undefined || p99 === null || /Non-2xx|Socket errors/.test(stdout)) {
    throw new Error(`requests failed under load: ${stdout}`)
  }
  return {
    perSecond: Number(perSecond),
    p99Ms: Number(p99[1]) * (UNIT_MS[p99[2] ?? ''] ?? Number.NaN),
  }
}

let wrk: boolean | undefined

export function hasWrk(): boolean {
  wrk ??= spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined
  return wrk
}
