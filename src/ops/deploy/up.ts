import type { SystemModel } from '../../system/model.ts'
import { toRegistryTemplate } from '../../template/registry-template.ts'
import { toTemplate } from '../../template/template.ts'
import type { BuilderName } from '../../images/images.ts'
import type { Connection } from '../connection.ts'
import { readSystem, stackNameOf } from '../deployed-system.ts'
import { serviceUrls } from '../urls.ts'
import { type DeployContext, deployStack } from './deploy.ts'
import { deliverImage } from './images.ts'
import { step } from './progress.ts'

export interface SystemDeployment {
  readonly connection: Connection
  readonly model: SystemModel
  /** The definition's folder. */
  readonly directory: string
  readonly builder: BuilderName
  readonly cacheDir: string
}

export interface Deployed {
  readonly changed: boolean
  readonly urls: Readonly<Record<string, readonly string[]>>
}

/** Brings a system up: its repositories, its images, then everything else. */
export async function deploySystem(
  deployment: SystemDeployment,
  context: DeployContext,
): Promise<Deployed> {
  const { connection, model } = deployment
  const stackName = stackNameOf(model.name, model.environment)
  const shared = { connection, system: model.name, environment: model.environment }
  const registry = toRegistryTemplate(model)
  if (Object.keys(registry.Resources).length > 0) {
    await deployStack(
      {
        ...shared,
        stackName: `${stackName}-registry`,
        template: registry,
        parameters: {},
        role: 'registry',
      },
      context,
    )
  }
  const images = await deliverImages(deployment, context)
  const changed = await deployStack(
    { ...shared, stackName, template: toTemplate(model, images), parameters: images },
    context,
  )
  const system = await readSystem(connection, model.name, model.environment)
  return { changed, urls: await serviceUrls(connection, system.services) }
}

/** Image parameter → reference, pinned by digest. */
async function deliverImages(
  { connection, model, directory, builder, cacheDir }: SystemDeployment,
  { onProgress }: DeployContext,
): Promise<Record<string, string>> {
  const wanted = Object.entries(toTemplate(model, {}).Metadata.Longshore.images)
  if (wanted.length === 0) return {}
  const uris: Record<string, string> = {}
  await step(
    onProgress,
    `build ${wanted.length === 1 ? '1 image' : `${wanted.length} images`}`,
    async () => {
      for (const [parameter, image] of wanted) {
        uris[parameter] = await deliverImage(parameter.replace(/Image$/, ''), image, {
          connection,
          directory,
          builder,
          cacheDir,
          onProgress,
        })
      }
    },
  )
  return uris
}
