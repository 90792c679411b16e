import { AwsError } from '../../aws-error.ts'

export function secretNotFound(): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  )
}

/** `which` says by what the value was looked for: `staging label: AWSCURRENT`. */
export function valueNotFound(which: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${which}`,
  )
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message)
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message)
}

export function markedForDeletion(): AwsError {
  return invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

export function exists(message: string): AwsError {
  return new AwsError('ResourceExistsException', message)
}

/** A member whose value breaks a constraint; the value itself stays out of the message. */
export function constraint(member: string, words: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${words}`,
  )
}
