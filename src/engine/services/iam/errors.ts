import { AwsError } from '../../aws-error.ts'

/** `what` is IAM's own phrase for the thing: `The role with name app cannot be found.` */
export function noSuchEntity(what: string): AwsError {
  return new AwsError('NoSuchEntity', what, { status: 404 })
}

export function alreadyExists(what: string): AwsError {
  return new AwsError('EntityAlreadyExists', what, { status: 409 })
}

export function deleteConflict(why: string): AwsError {
  return new AwsError('DeleteConflict', why, { status: 409 })
}

export function limitExceeded(why: string): AwsError {
  return new AwsError('LimitExceeded', why, { status: 409 })
}

export function malformedPolicy(why: string): AwsError {
  return new AwsError('MalformedPolicyDocument', why)
}

export function invalidInput(why: string): AwsError {
  return new AwsError('InvalidInput', why)
}

export function validation(why: string): AwsError {
  return new AwsError('ValidationError', why)
}

export function protectedRole(name: string): AwsError {
  return new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable ` +
      'by AWS',
  )
}
