import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { AwsError } from '../../../aws-error.ts'
import type { Mount } from '../../service.ts'
import type { EcrState } from '../ecr-state.ts'
import type { RepositoryRecord } from '../records.ts'
import { registryPassword } from './password.ts'

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024
const PATH = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags)\/?(?:([^/?]+))?\/?(?:\?(.*))?$/

interface Route {
  readonly repository: RepositoryRecord
  readonly kind: string
  /** Digest, tag or upload id. */
  readonly reference: string
  readonly query: URLSearchParams
}

/** The OCI distribution protocol over ECR's repositories: what `docker push` and `pull` speak. */
export function registryMount(state: EcrState): Mount {
  return {
    prefix: '/v2/',
    handle: (request, response) => {
      answer(state, request, response).catch((error: unknown) => {
        request.resume()
        if (response.headersSent) response.destroy()
        else if (error instanceof AwsError) fail(response, error.status, error.code, error.message)
        else {
          state.context.log.error('the registry failed', { error: String(error) })
          fail(response, 500, 'UNKNOWN', 'the registry failed')
        }
      })
    },
  }
}

async function answer(
  state: EcrState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isAuthorized(state, request)) {
    request.resume()
    response.setHeader('www-authenticate', 'Basic realm="longshore"')
    fail(response, 401, 'UNAUTHORIZED', 'authentication required')
    return
  }
  if (/^\/v2\/?$/.test(request.url ?? '')) {
    send(response, 200, '{}', { 'content-type': 'application/json' })
    return
  }
  const route = routeOf(state, request)
  const method = request.method ?? 'GET'
  switch (`${method} ${route.kind}`) {
    case 'HEAD blobs':
    case 'GET blobs':
      return readBlob(state, route, { method, response })
    case 'POST blobs/uploads':
      return beginUpload(state, route, { request, response })
    case 'PATCH blobs/uploads':
      return continueUpload(state, route, { request, response })
    case 'PUT blobs/uploads':
      return finishUpload(state, route, { request, response })
    case 'HEAD manifests':
    case 'GET manifests':
      return readManifest(state, route, { method, response })
    case 'PUT manifests':
      return writeManifest(state, route, { request, response })
    case 'GET tags': {
      const tags = state.imagesOf(route.repository).flatMap((image) => image.tags)
      send(response, 200, JSON.stringify({ name: route.repository.name, tags }), {
        'content-type': 'application/json',
      })
      return
    }
    default:
      throw new AwsError('UNSUPPORTED', `${method} is not supported here`, { status: 405 })
  }
}

function isAuthorized(state: EcrState, { headers }: IncomingMessage): boolean {
  const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ')
  if (scheme !== 'Basic') return false
  return Buffer.from(encoded, 'base64').toString() === `AWS:${registryPassword(state.context)}`
}

function routeOf(state: EcrState, { url = '' }: IncomingMessage): Route {
  const match = PATH.exec(url)
  if (match === null) throw new AwsError('NAME_INVALID', 'invalid path', { status: 404 })
  const [, name = '', kind = '', reference = '', query = ''] = match
  const repository = state.anywhere(decodeURIComponent(name))
  if (repository === undefined) {
    throw new AwsError(
      'NAME_UNKNOWN',
      `The repository with name '${name}' does not exist in the registry with id '${state.context.accountId}'`,
      { status: 404 },
    )
  }
  return {
    repository,
    kind,
    reference: decodeURIComponent(reference),
    query: new URLSearchParams(query),
  }
}

async function readBlob(
  state: EcrState,
  { reference }: Route,
  { method, response }: { method: string; response: ServerResponse },
): Promise<void> {
  const file = state.blobFile(reference)
  if (file === undefined || !existsSync(file)) {
    throw new AwsError('BLOB_UNKNOWN', 'blob unknown to registry', { status: 404 })
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': statSync(file).size,
    'docker-content-digest': reference,
  })
  if (method === 'HEAD') response.end()
  else await pipeline(createReadStream(file), response)
}

async function beginUpload(
  state: EcrState,
  { repository, query }: Route,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const mounted = query.get('mount')
  if (mounted !== null && state.hasBlob(mounted)) {
    request.resume()
    send(response, 201, '', {
      location: `/v2/${repository.name}/blobs/${mounted}`,
      'docker-content-digest': mounted,
    })
    return
  }
  const id = state.context.random.hex(16)
  const digest = query.get('digest')
  if (digest !== null) {
    await receive(request, state.uploadFile(id))
    await keep(state, { id, digest, repository }, response)
    return
  }
  request.resume()
  appendFileSync(state.uploadFile(id), '')
  send(response, 202, '', uploadHeaders(repository, id, 0))
}

async function continueUpload(
  state: EcrState,
  { repository, reference }: Route,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const file = existingUpload(state, reference)
  await receive(request, file)
  send(response, 202, '', uploadHeaders(repository, reference, statSync(file).size))
}

async function finishUpload(
  state: EcrState,
  { repository, reference, query }: Route,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  await receive(request, existingUpload(state, reference))
  await keep(state, { id: reference, digest: query.get('digest') ?? '', repository }, response)
}

function existingUpload(state: EcrState, id: string): string {
  const file = /^[0-9a-f]{32}$/.test(id) ? state.uploadFile(id) : undefined
  if (file !== undefined && existsSync(file)) return file
  throw new AwsError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { status: 404 })
}

async function receive(request: IncomingMessage, file: string): Promise<void> {
  await pipeline(request, createWriteStream(file, { flags: 'a' }))
}

/** Keeps an upload whose bytes have the digest that the client says. */
async function keep(
  state: EcrState,
  { id, digest, repository }: { id: string; digest: string; repository: RepositoryRecord },
  response: ServerResponse,
): Promise<void> {
  const file = state.uploadFile(id)
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) hash.update(chunk)
  })
  if (`sha256:${hash.digest('hex')}` !== digest) {
    state.dropUpload(id)
    throw new AwsError('DIGEST_INVALID', 'the digest does not fit the content')
  }
  state.keepBlob(file, digest)
  send(response, 201, '', {
    location: `/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
  })
}

function readManifest(
  state: EcrState,
  { repository, reference }: Route,
  { method, response }: { method: string; response: ServerResponse },
): void {
  const image = state.image(repository, reference)
  if (image === undefined) {
    throw new AwsError('MANIFEST_UNKNOWN', `manifest for ${reference} not found`, { status: 404 })
  }
  send(response, 200, method === 'HEAD' ? '' : image.manifest, {
    'content-type': image.mediaType,
    'content-length': String(Buffer.byteLength(image.manifest)),
    'docker-content-digest': image.digest,
  })
}

async function writeManifest(
  state: EcrState,
  { repository, reference }: Route,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  let manifest = ''
  for await (const chunk of request) {
    manifest += String(chunk)
    if (manifest.length > MAX_MANIFEST_BYTES) {
      throw new AwsError('SIZE_INVALID', 'the manifest is too large', { status: 413 })
    }
  }
  for (const digest of blobsOf(manifest)) {
    if (!state.hasBlob(digest)) {
      throw new AwsError('MANIFEST_BLOB_UNKNOWN', `blob ${digest} unknown to registry`)
    }
  }
  const image = state.push(repository, {
    manifest,
    mediaType: request.headers['content-type'] ?? 'application/vnd.oci.image.manifest.v1+json',
    tag: reference.startsWith('sha256:') ? undefined : reference,
  })
  await state.context.store.durable()
  send(response, 201, '', {
    location: `/v2/${repository.name}/manifests/${image.digest}`,
    'docker-content-digest': image.digest,
  })
}

/** Digests of a manifest's blobs; an index has none of its own. */
function blobsOf(manifest: string): string[] {
  try {
    const { config, layers } = JSON.parse(manifest) as {
      config?: { digest: string }
      layers?: { digest: string }[]
    }
    return [...(config === undefined ? [] : [config]), ...(layers ?? [])].map(
      ({ digest }) => digest,
    )
  } catch {
    throw new AwsError('MANIFEST_INVALID', 'the manifest is not valid JSON')
  }
}

function uploadHeaders(repository: RepositoryRecord, id: string, size: number) {
  return {
    location: `/v2/${repository.name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': id,
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    ...(headers['content-length'] === undefined
      ? { 'content-length': String(Buffer.byteLength(body)) }
      : {}),
    ...headers,
  })
  response.end(body)
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, JSON.stringify({ errors: [{ code, message }] }), {
    'content-type': 'application/json',
  })
}
