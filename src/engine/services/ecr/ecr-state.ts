import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError } from '../../aws-error.ts'
import type { EngineContext } from '../service.ts'
import type { ImageRecord, RepositoryRecord } from './records.ts'

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Repositories and images as records, blobs as files by their digest. */
export class EcrState {
  readonly context: EngineContext
  readonly repositories
  readonly images
  readonly #blobs: string
  readonly #uploads: string

  constructor(context: EngineContext) {
    this.context = context
    this.repositories = context.store.collection<RepositoryRecord>('ecr/repositories')
    this.images = context.store.collection<ImageRecord>('ecr/images')
    this.#blobs = join(context.dataDir, 'ecr', 'blobs', 'sha256')
    this.#uploads = join(context.dataDir, 'ecr', 'uploads')
  }

  /** The registry of a Docker client is this machine's loopback: it then asks for no certificate. */
  uri(name: string): string {
    return `${new URL(this.context.endpoint).host.replace('127.0.0.1', 'localhost')}/${name}`
  }

  repository(region: string, name: string | undefined): RepositoryRecord {
    const found = this.repositories.get(`${region}/${name ?? ''}`)
    if (found !== undefined) return found
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name ?? ''}' does not exist in the registry with id '${this.context.accountId}'`,
    )
  }

  /** The registry's paths name no region: a repository is looked for in all of them. */
  anywhere(name: string): RepositoryRecord | undefined {
    for (const repository of this.repositories.values())
      if (repository.name === name) return repository
    return undefined
  }

  putRepository(repository: RepositoryRecord): void {
    this.repositories.put(`${repository.region}/${repository.name}`, repository)
  }

  imagesOf({ region, name }: RepositoryRecord): ImageRecord[] {
    const prefix = `${region}/${name}@`
    return [...this.images.entries()].flatMap(([key, image]) =>
      key.startsWith(prefix) ? [image] : [],
    )
  }

  /** By digest or tag. */
  image(repository: RepositoryRecord, reference: string): ImageRecord | undefined {
    const exact = this.images.get(`${repository.region}/${repository.name}@${reference}`)
    return exact ?? this.imagesOf(repository).find(({ tags }) => tags.includes(reference))
  }

  putImage(image: ImageRecord): void {
    this.images.put(`${image.region}/${image.repository}@${image.digest}`, image)
  }

  deleteImage(image: ImageRecord): void {
    this.images.delete(`${image.region}/${image.repository}@${image.digest}`)
  }

  /** Stores a manifest under its digest and, where given, a tag, which leaves any other image. */
  push(
    repository: RepositoryRecord,
    { manifest, mediaType, tag }: { manifest: string; mediaType: string; tag: string | undefined },
  ): ImageRecord {
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`
    const holder = tag === undefined ? undefined : this.image(repository, tag)
    if (holder !== undefined && holder.digest !== digest) {
      if (repository.tagMutability === 'IMMUTABLE') {
        throw new AwsError(
          'ImageTagAlreadyExistsException',
          `The image tag '${tag ?? ''}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
        )
      }
      this.putImage({ ...holder, tags: holder.tags.filter((each) => each !== tag) })
    }
    const known = this.image(repository, digest)
    const tags = new Set([...(known?.tags ?? []), ...(tag === undefined ? [] : [tag])])
    const image: ImageRecord = {
      region: repository.region,
      repository: repository.name,
      digest,
      mediaType,
      manifest,
      tags: [...tags],
      sizeBytes: sizeOf(manifest),
      pushedAt: known?.pushedAt ?? this.context.clock.now(),
    }
    this.putImage(image)
    return image
  }

  /** A blob's file; undefined for a text that is no digest. */
  blobFile(digest: string): string | undefined {
    if (!DIGEST.test(digest)) return undefined
    return join(this.#blobs, digest.slice('sha256:'.length))
  }

  hasBlob(digest: string): boolean {
    const file = this.blobFile(digest)
    return file !== undefined && existsSync(file)
  }

  uploadFile(id: string): string {
    mkdirSync(this.#uploads, { recursive: true })
    return join(this.#uploads, id)
  }

  /** Makes a finished upload a blob; it appears whole or not at all. */
  keepBlob(upload: string, digest: string): void {
    const file = this.blobFile(digest)
    if (file === undefined) throw new Error(`${digest} is no digest`)
    mkdirSync(this.#blobs, { recursive: true })
    renameSync(upload, file)
  }

  dropUpload(id: string): void {
    rmSync(this.uploadFile(id), { force: true })
  }
}

function sizeOf(manifest: string): number {
  try {
    const { config, layers } = JSON.parse(manifest) as {
      config?: { size: number }
      layers?: { size: number }[]
    }
    return [config, ...(layers ?? [])].reduce((sum, part) => sum + (part?.size ?? 0), 0)
  } catch {
    return 0
  }
}
