import { AwsError } from '../aws-error.ts'

/** A request whose form is wrong: not the caller's values, but how they are written. */
export function serializationError(message: string): AwsError {
  return new AwsError('SerializationException', message)
}
