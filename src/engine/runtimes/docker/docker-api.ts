import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'
import type { DockerAddress } from './docker-address.ts'

/** The newest version of the API that this was written for; older daemons get their own. */
const NEWEST = '1.47'

export interface DockerCall {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object | Readable
  readonly headers?: Readonly<Record<string, string>>
}

/** What Docker answers when it refuses. */
export class DockerError extends Error {
  override readonly name = 'DockerError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Docker's HTTP API, as far as a runtime needs it. */
export class DockerApi {
  readonly #address: DockerAddress
  #version: string | undefined

  constructor(address: DockerAddress) {
    this.#address = address
  }

  /** Asks the daemon which version of the API it has, and speaks that from now on. */
  async negotiate(): Promise<void> {
    const { ApiVersion } = await this.get<{ ApiVersion: string }>('/version')
    this.#version = isOlder(ApiVersion, NEWEST) ? ApiVersion : NEWEST
  }

  /** Whether the daemon lacks what came with a version of the API. */
  isBefore(version: string): boolean {
    return isOlder(this.#version ?? NEWEST, version)
  }

  async get<T>(path: string, query?: DockerCall['query']): Promise<T> {
    return (await json(await this.#open('GET', path, query === undefined ? {} : { query }))) as T
  }

  async post<T = unknown>(path: string, call: DockerCall = {}): Promise<T> {
    const body = await text(await this.#open('POST', path, call))
    return (body === '' ? undefined : JSON.parse(body)) as T
  }

  async delete(path: string, query: DockerCall['query'] = {}): Promise<void> {
    const answer = await this.#open('DELETE', path, { query })
    answer.resume()
  }

  /** The answer as it comes; for what takes long and tells of its progress. */
  stream(method: 'GET' | 'POST', path: string, call: DockerCall = {}): Promise<IncomingMessage> {
    return this.#open(method, path, call)
  }

  /** A connection that is no longer HTTP: a container's or an exec's streams. */
  hijack(path: string, call: DockerCall = {}): Promise<Duplex> {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
    const headers = { connection: 'Upgrade', upgrade: 'tcp', ...call.headers }
    const sent = this.#send('POST', path, { ...call, headers })
    sent.once('error', reject)
    sent.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    sent.once('response', (response) => void errorOf(response).then(reject, reject))
    return promise
  }

  #open(method: string, path: string, call: DockerCall): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sent = this.#send(method, path, call)
    sent.once('error', reject)
    sent.once('response', (response) => {
      if ((response.statusCode ?? 500) < 400) resolve(response)
      else void errorOf(response).then(reject, reject)
    })
    return promise
  }

  #send(method: string, path: string, { query, body, headers }: DockerCall): ClientRequest {
    const search = new URLSearchParams(query).toString()
    const prefix = this.#version === undefined ? '' : `/v${this.#version}`
    const plain = body !== undefined && !isStream(body) ? JSON.stringify(body) : undefined
    const type = isStream(body) ? 'application/x-tar' : 'application/json'
    const sent = request({
      ...this.#address,
      method,
      path: `${prefix}${path}${search === '' ? '' : `?${search}`}`,
      headers: {
        host: 'docker',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(plain === undefined ? {} : { 'content-length': Buffer.byteLength(plain) }),
        ...headers,
      },
    })
    if (isStream(body)) body.pipe(sent)
    else sent.end(plain)
    return sent
  }
}

/** Compares versions of the API: 1.9 is older than 1.41. */
function isOlder(version: string, than: string): boolean {
  return Number(version.split('.')[1]) < Number(than.split('.')[1])
}

function isStream(body: object | undefined): body is Readable {
  return body !== undefined && 'pipe' in body
}

async function errorOf(response: IncomingMessage): Promise<DockerError> {
  const body = await text(response)
  let message = body.trim()
  try {
    message = (JSON.parse(body) as { message?: string }).message ?? message
  } catch {
    // Not Docker's own words, but all there is.
  }
  return new DockerError(response.statusCode ?? 500, message)
}
