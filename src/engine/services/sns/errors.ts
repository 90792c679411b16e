import { AwsError } from '../../aws-error.ts'

export function invalidParameter(reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${reason}`)
}

export function noSuchTopic(): AwsError {
  return new AwsError('NotFound', 'Topic does not exist', { status: 404 })
}

export function noSuchSubscription(): AwsError {
  return new AwsError('NotFound', 'Subscription does not exist', { status: 404 })
}
