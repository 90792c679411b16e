import type { Readable } from 'node:stream'
import type { Log } from '../../../base/log.ts'
import { messageOf } from '../../../base/errors.ts'
import type { AwsCalls } from '../../services/calls.ts'
import { type ImageReference, type PulledImage, RuntimeError } from '../runtime.ts'
import { isUnreachable, pullFailure } from './aws-words.ts'
import { type DockerApi, DockerError } from './docker-api.ts'
import { parseReference } from './image-reference.ts'

export interface DockerImagesOptions {
  readonly docker: DockerApi
  readonly log: Log
  /** AWS operations in a region. */
  readonly calls: (region: string) => AwsCalls
  readonly regions: () => readonly string[]
  /** The port of the engine's registry on loopback. */
  readonly port: number
}

/** The part of an image that Docker tells (`GET /images/{name}/json`). */
interface InspectedImage {
  readonly Id: string
  readonly RepoDigests?: readonly string[] | null
  readonly Config?: {
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly Env?: readonly string[] | null
    readonly WorkingDir?: string
    readonly User?: string
    readonly StopSignal?: string
    readonly Labels?: Readonly<Record<string, string>> | null
  } | null
}

/** Says that an image holds only what its Dockerfile added, over a machine's own programs. */
const BASE_LABEL = 'dev.longshore.base'

/** Images as the Docker engine pulls and keeps them. */
export class DockerImages {
  readonly #options: DockerImagesOptions
  /** Docker's own id of each pulled image: what runs is what was pulled. */
  readonly #ids = new Map<string, string>()

  constructor(options: DockerImagesOptions) {
    this.#options = options
  }

  async pull(reference: ImageReference): Promise<PulledImage> {
    const { uri } = reference
    const image = await this.#find(reference)
    this.#ids.set(uri, image.Id)
    const config = image.Config ?? {}
    const base = config.Labels?.[BASE_LABEL]
    if (base !== undefined) {
      throw new RuntimeError(
        'CannotPullContainerError',
        `${uri} was built without Docker and has no files of ${base}: build it with Docker`,
      )
    }
    return {
      uri,
      digest: digestOf(image, uri),
      config: {
        entrypoint: config.Entrypoint ?? [],
        command: config.Cmd ?? [],
        environment: environmentOf(config.Env ?? []),
        workingDirectory: config.WorkingDir ?? '',
        user: config.User ?? '',
        stopSignal: config.StopSignal ?? '',
      },
    }
  }

  async idOf({ uri }: PulledImage): Promise<string> {
    return this.#ids.get(uri) ?? (await this.#inspect(uri))?.Id ?? uri
  }

  async #find({ uri, platform }: ImageReference): Promise<InspectedImage> {
    const reference = parseReference(uri)
    if (reference === undefined) {
      throw new RuntimeError('CannotPullContainerError', `invalid reference format: ${uri}`)
    }
    // What a digest names never changes.
    const known = reference.digest === undefined ? undefined : await this.#inspect(uri)
    if (known !== undefined) return known
    try {
      const { name, tag, digest } = reference
      await this.#pull({ fromImage: name, tag: digest ?? tag ?? 'latest', platform })
    } catch (error) {
      const present = isUnreachable(messageOf(error)) ? await this.#inspect(uri) : undefined
      if (present === undefined) throw pullFailure(uri, error, platform)
      this.#options.log.warn('its registry does not answer, so the image at hand is used', { uri })
      return present
    }
    const pulled = await this.#inspect(uri)
    if (pulled !== undefined) return pulled
    throw pullFailure(uri, new Error(`${uri}: manifest not found`), platform)
  }

  async #pull(query: Readonly<Record<string, string>>): Promise<void> {
    const { docker } = this.#options
    const headers = await this.#authorization(query['fromImage'] ?? '')
    const progress = await docker.stream('POST', '/images/create', { query, headers })
    const failure = await lastError(progress)
    if (failure !== undefined) throw new Error(failure)
  }

  /** The engine's own registry wants its password; Docker passes it on. */
  async #authorization(name: string): Promise<Record<string, string>> {
    const { calls, port, regions } = this.#options
    const [host] = name.split('/')
    const [region] = regions()
    if ((host !== `localhost:${port}` && host !== `127.0.0.1:${port}`) || region === undefined) {
      return {}
    }
    const { authorizationData } = await calls(region).ecr.getAuthorizationToken({})
    const token = authorizationData?.[0]?.authorizationToken ?? ''
    const [username, password] = Buffer.from(token, 'base64').toString().split(':')
    const auth = JSON.stringify({ username, password, serveraddress: host })
    return { 'x-registry-auth': Buffer.from(auth).toString('base64url') }
  }

  async #inspect(uri: string): Promise<InspectedImage | undefined> {
    try {
      return await this.#options.docker.get<InspectedImage>(`/images/${uri}/json`)
    } catch (error) {
      if (error instanceof DockerError && error.status === 404) return undefined
      throw error
    }
  }
}

function digestOf({ Id, RepoDigests }: InspectedImage, uri: string): string {
  const repository = parseReference(uri)?.name ?? uri
  const digests = RepoDigests ?? []
  const own = digests.find((each) => each.startsWith(`${repository}@`)) ?? digests[0]
  return own?.split('@')[1] ?? Id
}

function environmentOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

/** Docker answers a pull with 200, and tells of its failure among its progress. */
async function lastError(progress: Readable): Promise<string | undefined> {
  let text = ''
  let failure: string | undefined
  for await (const chunk of progress) {
    text += String(chunk)
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) failure = errorIn(line) ?? failure
  }
  return errorIn(text) ?? failure
}

function errorIn(line: string): string | undefined {
  if (line.trim() === '') return undefined
  return (JSON.parse(line) as { error?: string }).error
}
