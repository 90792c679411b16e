import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { extract } from 'tar'
import type { AwsCalls } from '../../services/calls.ts'
import { type ImageConfig, RuntimeError } from '../runtime.ts'
import type { ImageSource, UnpackedImage } from './image-source.ts'

export interface EcrImageSourceOptions {
  /** AWS operations in a region. */
  readonly calls: (region: string) => AwsCalls
  /** Regions in which repositories may be. */
  readonly regions: () => readonly string[]
  /** The engine's directory: blobs are read below it, layers unpacked into it. */
  readonly dataDir: string
  /** The registry's own port on loopback. */
  readonly port: number
}

interface Manifest {
  readonly config: { readonly digest: string }
  readonly layers: readonly { readonly digest: string }[]
}

interface ConfigFile {
  readonly config?: {
    readonly Entrypoint?: string[] | null
    readonly Cmd?: string[] | null
    readonly Env?: string[] | null
    readonly WorkingDir?: string
    readonly User?: string
    readonly StopSignal?: string
    readonly Labels?: Record<string, string> | null
  }
}

/** Images of the engine's own registry, unpacked once into directories. */
export function ecrImageSource(options: EcrImageSourceOptions): ImageSource {
  const unpacking = new Map<string, Promise<string>>()
  const unpack = (digest: string): Promise<string> => {
    let work = unpacking.get(digest)
    if (work === undefined) {
      work = unpackLayer(options, digest).finally(() => unpacking.delete(digest))
      unpacking.set(digest, work)
    }
    return work
  }
  return {
    resolve: async (uri) => {
      const { manifest, digest } = await findManifest(options, uri)
      const config = JSON.parse(readBlob(options, manifest.config.digest)) as ConfigFile
      const layers: string[] = []
      for (const layer of manifest.layers) layers.push(await unpack(layer.digest))
      return image(uri, digest, { config, layers })
    },
  }
}

function image(
  uri: string,
  digest: string,
  { config: { config = {} }, layers }: { config: ConfigFile; layers: readonly string[] },
): UnpackedImage {
  const imageConfig: ImageConfig = {
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    environment: Object.fromEntries(
      (config.Env ?? []).map((pair) => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at), pair.slice(at + 1)]
      }),
    ),
    workingDirectory: config.WorkingDir ?? '',
    user: config.User ?? '',
    stopSignal: config.StopSignal ?? '',
  }
  return { uri, digest, config: imageConfig, layers, base: config.Labels?.['dev.longshore.base'] }
}

async function findManifest(
  options: EcrImageSourceOptions,
  uri: string,
): Promise<{ manifest: Manifest; digest: string }> {
  const match = new RegExp(
    `^(?:localhost|127\\.0\\.0\\.1):${options.port}/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$`,
  ).exec(uri)
  if (match === null) {
    throw new RuntimeError(
      'CannotPullContainerError',
      `pull image manifest has been retried 1 time(s): ${uri}: no registry can be reached ` +
        'without Docker; build the image from a folder, or use --runtime docker',
    )
  }
  const [, repositoryName = '', imageTag, imageDigest] = match
  for (const region of options.regions()) {
    const found = await options
      .calls(region)
      .ecr.batchGetImage({
        repositoryName,
        imageIds: [
          imageDigest === undefined ? { imageTag: imageTag ?? 'latest' } : { imageDigest },
        ],
      })
      .catch(() => undefined)
    const manifest = found?.images?.[0]
    if (manifest?.imageManifest === undefined) continue
    return {
      manifest: JSON.parse(manifest.imageManifest) as Manifest,
      digest: manifest.imageId?.imageDigest ?? '',
    }
  }
  throw new RuntimeError(
    'CannotPullContainerError',
    `pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: ${uri}: not found`,
  )
}

function blobFile({ dataDir }: EcrImageSourceOptions, digest: string): string {
  const file = join(dataDir, 'ecr', 'blobs', 'sha256', digest.replace('sha256:', ''))
  if (existsSync(file)) return file
  throw new RuntimeError('CannotPullContainerError', `blob ${digest} unknown to registry`)
}

function readBlob(options: EcrImageSourceOptions, digest: string): string {
  return readFileSync(blobFile(options, digest), 'utf8')
}

/** Unpacks a layer into a directory of its own, whole or not at all. */
async function unpackLayer(options: EcrImageSourceOptions, digest: string): Promise<string> {
  const directory = join(options.dataDir, 'layers')
  const target = join(directory, digest.replace('sha256:', ''))
  if (existsSync(target)) return target
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  const work = mkdtempSync(join(directory, 'unpacking-'))
  try {
    await new Promise<void>((resolve, reject) => {
      createReadStream(blobFile(options, digest))
        .on('error', reject)
        .pipe(extract({ cwd: work, preserveOwner: false, noChmod: false }))
        .on('error', reject)
        .on('close', resolve)
    })
    // The layer's top is a container's root, which every user of it must be able to enter.
    chmodSync(work, 0o755)
    renameSync(work, target)
  } catch (error) {
    rmSync(work, { recursive: true, force: true })
    throw error
  }
  return target
}
