import { AwsError } from '../../aws-error.ts'

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message)
}

export function templateFormatError(message: string): AwsError {
  return validationError(`Template format error: ${message}`)
}

export function templateError(message: string): AwsError {
  return validationError(`Template error: ${message}`)
}

export function noSuchStack(name: string): AwsError {
  return validationError(`Stack with id ${name} does not exist`)
}

export function noSuchChangeSet(name: string): AwsError {
  return new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, { status: 404 })
}

/** What the engine does not do, said in the shape of an error of AWS's. */
export function notSupported(what: string): AwsError {
  return validationError(`${what} is not supported by this engine`)
}
