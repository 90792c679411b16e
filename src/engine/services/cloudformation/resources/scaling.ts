import type {
  PutScalingPolicyCommandInput,
  RegisterScalableTargetCommandInput,
  ScalableDimension,
  ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling'
import type { Properties, ResourceHandler, ResourceRequest } from './handler.ts'
import { list, optionalText, part, text } from './properties.ts'
import { required } from './required.ts'
import { tagMap } from './tags.ts'
import { validationError } from '../errors.ts'

interface TargetName {
  readonly ResourceId: string
  readonly ScalableDimension: ScalableDimension
  readonly ServiceNamespace: ServiceNamespace
}

function targetName(properties: Properties): TargetName {
  const id = optionalText(properties, 'ScalingTargetId')?.split('|')
  return {
    ResourceId: id?.[0] ?? text(properties, 'ResourceId'),
    ScalableDimension: (id?.[1] ?? text(properties, 'ScalableDimension')) as ScalableDimension,
    ServiceNamespace: (id?.[2] ?? text(properties, 'ServiceNamespace')) as ServiceNamespace,
  }
}

const scalableTarget: ResourceHandler = {
  type: 'AWS::ApplicationAutoScaling::ScalableTarget',
  async create(request) {
    if (list(request.properties, 'ScheduledActions').length > 0)
      throw validationError('Scheduled actions of a scalable target are not supported here.')
    await register(request)
    const { ResourceId, ScalableDimension, ServiceNamespace } = targetName(request.properties)
    const id = `${ResourceId}|${ScalableDimension}|${ServiceNamespace}`
    return { physicalId: id, attributes: { Id: id } }
  },
  update: register,
  async delete({ calls, properties }) {
    await calls['application-autoscaling'].deregisterScalableTarget(targetName(properties))
  },
}

async function register({ calls, properties }: ResourceRequest): Promise<void> {
  await calls['application-autoscaling'].registerScalableTarget({
    ...part<RegisterScalableTargetCommandInput>(properties, [
      'MaxCapacity',
      'MinCapacity',
      'RoleARN',
      'SuspendedState',
    ]),
    ...targetName(properties),
    Tags: tagMap(properties),
  })
}

const scalingPolicy: ResourceHandler = {
  type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
  async create(request) {
    const arn = await putPolicy(request)
    return { physicalId: arn, attributes: { Arn: arn } }
  },
  async update(request) {
    await putPolicy(request)
  },
  async delete({ calls, properties }) {
    await calls['application-autoscaling'].deleteScalingPolicy({
      ...targetName(properties),
      PolicyName: text(properties, 'PolicyName'),
    })
  },
}

async function putPolicy({ calls, properties }: ResourceRequest): Promise<string> {
  const { PolicyARN } = await calls['application-autoscaling'].putScalingPolicy({
    ...part<PutScalingPolicyCommandInput>(properties, [
      'PolicyType',
      'StepScalingPolicyConfiguration',
      'TargetTrackingScalingPolicyConfiguration',
    ]),
    ...targetName(properties),
    PolicyName: text(properties, 'PolicyName'),
  })
  return required(PolicyARN, 'PolicyARN')
}

export const scalingHandlers = [scalableTarget, scalingPolicy]
