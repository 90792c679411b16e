import { AwsError } from '../../../aws-error.ts'

/** Errors that CloudFormation words itself, without a target service's answer. */
const OWN_ERRORS = new Set(['GeneralServiceException', 'NotStabilized', 'NotFound'])

const HANDLER_CODES: readonly (readonly [RegExp, string])[] = [
  [/^(GeneralServiceException|NotStabilized)$/, '$1'],
  [/AlreadyExist|Duplicate|EntityExists|InUseException/, 'AlreadyExists'],
  [/NotFound|NoSuchEntity|DoesNotExist/, 'NotFound'],
  [/AccessDenied|Unauthorized/, 'AccessDenied'],
  [/LimitExceeded|Quota|TooMany/, 'ServiceLimitExceeded'],
  [/Throttl/, 'Throttling'],
  [/Conflict/, 'ResourceConflict'],
]

/** Why a resource failed, as its status reason says it. */
export function resourceFailureReason(error: unknown, type: string, newId: () => string): string {
  if (!(error instanceof AwsError))
    return `Resource handler returned message: "${
      error instanceof Error ? error.message : String(error)
    }" (RequestToken: ${newId()}, HandlerErrorCode: InternalFailure)`
  if (error.code === 'ValidationError' && !/^(Validation|.*Service:)/.test(error.message))
    return error.message
  const answer = OWN_ERRORS.has(error.code)
    ? error.message
    : `${error.message} (Service: ${serviceOf(type)}, Status Code: ${error.status}, ` +
      `Request ID: ${newId()})`
  return (
    `Resource handler returned message: "${answer}" ` +
    `(RequestToken: ${newId()}, HandlerErrorCode: ${handlerCode(error.code)})`
  )
}

function handlerCode(code: string): string {
  const found = HANDLER_CODES.find(([pattern]) => pattern.test(code))
  if (found === undefined) return 'InvalidRequest'
  return found[1] === '$1' ? code : found[1]
}

function serviceOf(type: string): string {
  const service = type.split('::')[1] ?? type
  return service.charAt(0).toUpperCase() + service.slice(1).toLowerCase()
}

/** Whether a deletion found nothing to delete. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof AwsError &&
    /NotFound|NoSuchEntity|DoesNotExist|NotAttached|^Gateway\.Not/i.test(error.code)
  )
}

/** Whether something still holds on to what is to be deleted. */
export function isStillUsed(error: unknown): boolean {
  return (
    error instanceof AwsError &&
    /DependencyViolation|InUse|DeleteConflict|ClusterContains/.test(error.code)
  )
}
