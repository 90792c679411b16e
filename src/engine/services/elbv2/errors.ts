import { AwsError } from '../../aws-error.ts'

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message)
}

export function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', message)
}

export function notPermitted(message: string): AwsError {
  return new AwsError('OperationNotPermitted', message)
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message)
}

export function tooMany(what: string, message: string): AwsError {
  return new AwsError(`TooMany${what}`, message)
}

export type ResourceKind = 'LoadBalancer' | 'TargetGroup' | 'Listener' | 'Rule'

const PLURAL: Readonly<Record<ResourceKind, string>> = {
  LoadBalancer: 'load balancers',
  TargetGroup: 'target groups',
  Listener: 'listeners',
  Rule: 'rules',
}

/** AWS answers the same words whether one or several were asked for. */
export function notFound(kind: ResourceKind): AwsError {
  return new AwsError(`${kind}NotFound`, `One or more ${PLURAL[kind]} not found`)
}

/** For what AWS has and the engine does not: plain words, in a code that clients know. */
export function notInEngine(what: string): AwsError {
  return invalidConfiguration(`The engine does not have ${what} yet.`)
}
