import type { SystemModel } from '../system/system-model.ts'
import { pascal } from '../system/normalize/names.ts'
import type { Resource, Template } from './cloudformation.ts'
import { imagesOf } from './describe.ts'

/** Older images beyond this number go, except what is deployed by then being among the newer. */
const KEPT_IMAGES = 50

/** The ECR repositories of a system: they must exist before an image can be pushed. */
export function toRegistryTemplate(model: SystemModel): Template {
  const images = Object.values(imagesOf(model))
  const names = new Set(images.map((image) => image.repository))
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Image repositories of ${model.name} (${model.environment}), by Longshore`,
    Metadata: {
      Longshore: {
        system: model.name,
        environment: model.environment,
        services: {},
        images: {},
        oneOffs: {},
        databases: {},
        secrets: {},
      },
    },
    Resources: Object.fromEntries(
      [...names].map((name) => [logicalId(name, model), repository(name)]),
    ),
  }
}

function logicalId(name: string, { prefix }: SystemModel): string {
  const short = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : name
  return `${pascal(short)}Repository`
}

function repository(name: string): Resource {
  return {
    Type: 'AWS::ECR::Repository',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: {
      RepositoryName: name,
      ImageScanningConfiguration: { ScanOnPush: true },
      LifecyclePolicy: {
        LifecyclePolicyText: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: `Keep the newest ${KEPT_IMAGES} images`,
              selection: {
                tagStatus: 'any',
                countType: 'imageCountMoreThan',
                countNumber: KEPT_IMAGES,
              },
              action: { type: 'expire' },
            },
          ],
        }),
      },
      EmptyOnDelete: true,
    },
  }
}
