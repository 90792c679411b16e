import { AwsError } from '../../aws-error.ts'

export function notFound(code: string, message: string): AwsError {
  return new AwsError(code, message, { status: 404 })
}

export function instanceNotFound(id: string): AwsError {
  return notFound('DBInstanceNotFound', `DBInstance ${id} not found.`)
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', message)
}

export function invalidState(message: string): AwsError {
  return new AwsError('InvalidDBInstanceState', message)
}
