import { createHash } from 'node:crypto'
import type { OneOffModel, ServiceModel, SystemModel } from '../../system/system-model.ts'
import type { Resources } from '../cloudformation.ts'
import { routesOut, serviceIds } from '../logical-ids.ts'
import { databaseAccess } from './security-groups.ts'
import { oneOffTaskDefinition } from './task-definition.ts'

/** Image parameter → the image's reference, pinned by digest. */
export type Images = Readonly<Record<string, string>>

const FINGERPRINT_LENGTH = 10

/**
 * A one-off command is a task definition and a wait condition. Whoever watches the stack runs the
 * task when the wait condition begins, and signals what became of it; the service waits for it.
 */
export function oneOffResources(
  service: ServiceModel,
  model: SystemModel,
  images: Images,
): Resources {
  const resources: Resources[] = []
  const before: string[] = []
  for (const oneOff of service.oneOffs) {
    const ids = serviceIds(service.name)
    const taskDefinition = ids.oneOffTaskDefinition(oneOff.name)
    const waitCondition = waitConditionId(service, oneOff, images)
    resources.push({
      [taskDefinition]: oneOffTaskDefinition(service, oneOff),
      [waitCondition]: {
        Type: 'AWS::CloudFormation::WaitCondition',
        // What the command needs to run, and the commands that come before it.
        DependsOn: [
          taskDefinition,
          ...routesOut(model, service.placement),
          ...databaseAccess(service),
          ...before,
        ],
        CreationPolicy: {
          ResourceSignal: { Count: 1, Timeout: `PT${oneOff.timeoutMinutes}M` },
        },
      },
    })
    before.push(waitCondition)
  }
  return Object.assign({}, ...resources)
}

export function waitConditionIds(service: ServiceModel, images: Images): string[] {
  return service.oneOffs.map((oneOff) => waitConditionId(service, oneOff, images))
}

/** The fingerprint changes with the image and the command: only then is there something to do. */
export function waitConditionId(
  service: ServiceModel,
  { name, command, container }: OneOffModel,
  images: Images,
): string {
  const image = service.containers.find((each) => each.name === container)?.image
  const reference = image?.kind === 'build' ? images[image.parameter] : image?.reference
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([reference ?? null, command]))
    .digest('hex')
    .slice(0, FINGERPRINT_LENGTH)
  return serviceIds(service.name).oneOff(name, fingerprint)
}
