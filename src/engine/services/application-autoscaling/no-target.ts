import { AwsError } from '../../aws-error.ts'

export function noTarget(input: {
  ServiceNamespace?: string | undefined
  ResourceId?: string | undefined
  ScalableDimension?: string | undefined
}): AwsError {
  return new AwsError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ${input.ServiceNamespace ?? ''}, ` +
      `resource ID: ${input.ResourceId ?? ''}, scalable dimension: ${input.ScalableDimension ?? ''}`,
  )
}
