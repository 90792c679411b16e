import { isAbsolute, join } from 'node:path'
import { LongshoreError } from '../base/errors.ts'
import { docker } from './docker-command.ts'
import { sha256 } from './embedded/files.ts'
import type { BuildRequest, PushedImage, PushRequest } from './images.ts'

/** What the Docker at hand can do. */
export interface DockerAbilities {
  /** BuildKit; without it, Docker's classic builder builds. */
  readonly buildx: boolean
  /** A network for the build's own containers; without it, they have the machine's. */
  readonly bridge: boolean
}

/** Builds with the Docker command line; resolves to a local tag of the image. */
export async function buildWithDocker(request: BuildRequest): Promise<string> {
  const tag = `longshore-build:${sha256(request.contextDir + (request.target ?? '')).slice(0, 16)}`
  const place = dockerfileOf(request)
  const abilities = await dockerAbilities(place)
  await docker(buildArguments(request, tag, abilities), {
    place,
    onLine: (line) => request.onEvent({ line }),
  })
  return tag
}

/** The words after `docker`. */
export function buildArguments(
  request: BuildRequest,
  tag: string,
  { bridge, buildx }: DockerAbilities,
): string[] {
  const { buildArgs, contextDir, platform, target } = request
  return [
    'build',
    '--platform',
    platform,
    '--tag',
    tag,
    '--file',
    dockerfileOf(request),
    // A plain manifest: ECS and its neighbours have no use for an index with attestations.
    ...(buildx ? ['--provenance=false', '--progress=plain', '--load'] : []),
    ...(bridge ? [] : ['--network', 'host']),
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    contextDir,
  ]
}

/** Pushes a local image; resolves to its reference by digest. */
export async function pushWithDocker(id: string, request: PushRequest): Promise<PushedImage> {
  const { repositoryUri, credentials, onEvent } = request
  const host = repositoryUri.slice(0, repositoryUri.indexOf('/'))
  const login = ['login', '--username', credentials.username, '--password-stdin', host]
  await docker(login, { place: host, input: credentials.password })
  const inspect = ['image', 'inspect', '--format', '{{.Id}}', id]
  const imageId = (await docker(inspect, { place: id })).trim()
  const reference = `${repositoryUri}:${imageId.replace('sha256:', '').slice(0, 12)}`
  await docker(['tag', id, reference], { place: id })
  const output = await docker(['push', reference], {
    place: reference,
    onLine: (line) => onEvent({ line }),
  })
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1]
  if (digest === undefined) {
    throw new LongshoreError('push-failed', 'Docker did not tell the digest of what it pushed', {
      place: reference,
    })
  }
  return { uri: `${repositoryUri}@${digest}`, existed: !/: Pushed/.test(output) }
}

/** Whether Docker's command line is here, and an engine answers it. */
export async function isDockerHere(): Promise<boolean> {
  const asked = docker(['version', '--format', '{{.Server.Version}}'], { place: 'docker' })
  return asked.then(
    () => true,
    () => false,
  )
}

async function dockerAbilities(place: string): Promise<DockerAbilities> {
  const works = (args: readonly string[]): Promise<boolean> =>
    docker(args, { place }).then(
      () => true,
      () => false,
    )
  const [buildx, bridge] = await Promise.all([
    works(['buildx', 'version']),
    works(['network', 'inspect', 'bridge']),
  ])
  return { buildx, bridge }
}

function dockerfileOf({ contextDir, dockerfile }: BuildRequest): string {
  return isAbsolute(dockerfile) ? dockerfile : join(contextDir, dockerfile)
}
