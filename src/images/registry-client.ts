import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { LongshoreError } from '../base/errors.ts'
import type { Blob, OciImage } from './image-config.ts'
import type { PushedImage } from './images.ts'

export interface RegistryCredentials {
  readonly username: string
  readonly password: string
}

export interface RegistryTarget {
  readonly repositoryUri: string
  readonly credentials: RegistryCredentials
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/
const TAG_DIGITS = 12

/** Pushes an image by the OCI distribution protocol; what the registry has is not sent again. */
export async function pushImageTo(image: OciImage, target: RegistryTarget): Promise<PushedImage> {
  const registry = new Registry(target)
  const uri = `${target.repositoryUri}@${image.manifest.digest}`
  if (await registry.has('manifests', image.manifest.digest)) return { uri, existed: true }
  for (const blob of [image.config, ...image.layers]) await registry.putBlob(blob)
  await registry.putManifest(image.manifest, image.manifest.digest.slice(7, 7 + TAG_DIGITS))
  return { uri, existed: false }
}

interface Sent {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: ReadableStream | Uint8Array<ArrayBuffer>
  readonly duplex?: 'half'
}

class Registry {
  readonly #base: string
  readonly #authorization: string
  readonly #place: string

  constructor({ repositoryUri, credentials }: RegistryTarget) {
    const slash = repositoryUri.indexOf('/')
    const host = repositoryUri.slice(0, slash)
    const scheme = LOOPBACK.test(host) ? 'http' : 'https'
    this.#base = `${scheme}://${host}/v2/${repositoryUri.slice(slash + 1)}`
    const pair = `${credentials.username}:${credentials.password}`
    this.#authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    this.#place = repositoryUri
  }

  async has(kind: 'manifests' | 'blobs', digest: string): Promise<boolean> {
    const response = await this.#send(`${this.#base}/${kind}/${digest}`, { method: 'HEAD' })
    if (response.status === 404) return false
    return this.#checked(response, 200).ok
  }

  async putBlob(blob: Blob): Promise<void> {
    if (await this.has('blobs', blob.digest)) return
    const begun = await this.#send(`${this.#base}/blobs/uploads/`, { method: 'POST' })
    const location = this.#checked(begun, 202).headers.get('location') ?? ''
    const url = new URL(location, this.#base)
    url.searchParams.set('digest', blob.digest)
    const response = await this.#send(url.href, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(blob.size),
      },
      body: bodyOf(blob),
      duplex: 'half',
    })
    this.#checked(response, 201)
  }

  async putManifest(manifest: Blob, tag: string): Promise<void> {
    const response = await this.#send(`${this.#base}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': manifest.mediaType },
      body: bodyOf(manifest),
      duplex: 'half',
    })
    this.#checked(response, 201)
  }

  async #send(url: string, init: Sent): Promise<Response> {
    try {
      return await fetch(url, {
        ...init,
        headers: { ...init.headers, authorization: this.#authorization },
      })
    } catch (error) {
      throw new LongshoreError('registry', 'the registry does not answer', {
        place: this.#place,
        next: 'Look whether its endpoint can be reached.',
        cause: error,
      })
    }
  }

  #checked(response: Response, expected: number): Response {
    if (response.status === expected) return response
    throw new LongshoreError('registry', `the registry answered ${response.status}`, {
      place: this.#place,
      next: 'Look whether the repository exists and the credentials may push.',
    })
  }
}

function bodyOf({ bytes, file }: Blob): ReadableStream | Uint8Array<ArrayBuffer> {
  if (bytes !== undefined) return new Uint8Array(bytes)
  return Readable.toWeb(createReadStream(file ?? ''))
}
