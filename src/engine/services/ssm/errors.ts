import { AwsError } from '../../aws-error.ts'

export function parameterNotFound(name: string | undefined): AwsError {
  return new AwsError('ParameterNotFound', `Parameter ${name} not found.`)
}

export function validationException(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

export function invalidFilter(key: string | undefined): AwsError {
  return new AwsError('InvalidFilterKey', `The filter key ${key} is not valid.`)
}
