import { buildWithDocker, isDockerHere, pushWithDocker } from './docker-builder.ts'
import { buildEmbedded } from './embedded/build.ts'
import type { OciImage } from './image-config.ts'
import { pushImageTo, type RegistryCredentials } from './registry-client.ts'

/** `docker` builds any Dockerfile; `embedded` needs no Docker and borrows this machine's programs. */
export type BuilderName = 'docker' | 'embedded'

export interface BuildRequest {
  readonly contextDir: string
  /** From the context's folder. */
  readonly dockerfile: string
  readonly target: string | undefined
  readonly buildArgs: Readonly<Record<string, string>>
  readonly platform: 'linux/amd64' | 'linux/arm64'
  readonly builder: BuilderName
  readonly cacheDir: string
  readonly onEvent: (event: { line: string }) => void
}

export type BuiltImage =
  | { readonly kind: 'oci'; readonly image: OciImage }
  | { readonly kind: 'docker'; readonly id: string }

export interface PushRequest {
  /** `host/name`, without tag. */
  readonly repositoryUri: string
  readonly credentials: RegistryCredentials
  readonly onEvent: (event: { line: string }) => void
}

export interface PushedImage {
  /** `host/name@sha256:…`. */
  readonly uri: string
  /** The registry had it already. */
  readonly existed: boolean
}

/** The builder for this machine: Docker where one answers, as it builds any Dockerfile. */
export async function detectBuilder(): Promise<BuilderName> {
  return (await isDockerHere()) ? 'docker' : 'embedded'
}

/** Builds an image; progress comes line by line. Rejects with a `LongshoreError`. */
export async function buildImage(request: BuildRequest): Promise<BuiltImage> {
  if (request.builder === 'docker') return { kind: 'docker', id: await buildWithDocker(request) }
  return { kind: 'oci', image: await buildEmbedded(request) }
}

/** Brings an image to a registry; what it has is not sent again. */
export async function pushImage(built: BuiltImage, request: PushRequest): Promise<PushedImage> {
  return built.kind === 'docker'
    ? pushWithDocker(built.id, request)
    : pushImageTo(built.image, request)
}
