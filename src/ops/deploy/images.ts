import { join } from 'node:path'
import { GetAuthorizationTokenCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { LongshoreError } from '../../base/errors.ts'
import { type BuilderName, buildImage, pushImage } from '../../images/images.ts'
import type { ImageMetadata } from '../../template/metadata.ts'
import type { Connection } from '../connection.ts'
import type { OnProgress } from './progress.ts'

export interface ImageDelivery {
  readonly connection: Connection
  /** The definition's folder: build contexts are relative to it. */
  readonly directory: string
  readonly builder: BuilderName
  readonly cacheDir: string
  readonly onProgress: OnProgress
}

/** Builds an image and pushes it. Resolves to its reference, pinned by digest. */
export async function deliverImage(
  name: string,
  image: ImageMetadata,
  delivery: ImageDelivery,
): Promise<string> {
  const { onProgress } = delivery
  const onEvent = ({ line }: { line: string }): void =>
    onProgress({ kind: 'build', image: name, line })
  const built = await buildImage({
    contextDir: join(delivery.directory, image.context),
    dockerfile: image.dockerfile,
    target: image.target,
    buildArgs: image.args,
    platform: image.platform,
    builder: delivery.builder,
    cacheDir: delivery.cacheDir,
    onEvent,
  })
  const { uri, credentials } = await repository(delivery.connection, image.repository)
  const pushed = await pushImage(built, { repositoryUri: uri, credentials, onEvent })
  onProgress({ kind: 'image', image: name, uri: pushed.uri, cached: pushed.existed })
  return pushed.uri
}

async function repository(connection: Connection, name: string) {
  const ecr = await connection.ecr()
  const [described, token] = await Promise.all([
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
    ecr.send(new GetAuthorizationTokenCommand({})),
  ])
  const uri = described.repositories?.[0]?.repositoryUri
  const encoded = token.authorizationData?.[0]?.authorizationToken
  if (uri === undefined || encoded === undefined) {
    throw new LongshoreError('no-repository', `ECR gives no access to the repository ${name}`)
  }
  const [username = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  return { uri, credentials: { username, password } }
}
