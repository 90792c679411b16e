import { AwsError } from '../../aws-error.ts'
import { validationException } from './errors.ts'

const MAX_LENGTH = 1011
const MAX_LEVELS = 15

/** Checks the name of a new parameter. AWS: "Requirements and constraints for parameter names". */
export function checkName(name: string): void {
  if (name.length > MAX_LENGTH)
    throw validationException(
      `Parameter name must not be longer than ${MAX_LENGTH} characters including the ARN.`,
    )
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw validationException(
      'Parameter name: can only contain letters, numbers and the symbols _ . - /',
    )
  if (/^\/?(aws|ssm)/i.test(name))
    throw validationException(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    )
  if (name.includes('/') && !name.startsWith('/'))
    throw validationException(
      'Parameter name must be a fully qualified name: a path begins with a slash.',
    )
  if (name.split('/').length - 1 > MAX_LEVELS)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A parameter hierarchy can have a maximum of ${MAX_LEVELS} levels.`,
    )
}

/** What a request names: a parameter and, after a colon, a version or label. */
export interface ParameterSelector {
  readonly name: string
  readonly selector: string | undefined
}

/** Reads `name`, `name:3`, `name:label` or an ARN. */
export function parseSelector(text: string): ParameterSelector {
  const arn = /^arn:aws[\w-]*:ssm:[\w-]+:\d+:parameter(\/.*)$/.exec(text)
  const path = arn?.[1] ?? text
  const colon = path.indexOf(':')
  const name = colon < 0 ? path : path.slice(0, colon)
  return { name, selector: colon < 0 ? undefined : path.slice(colon + 1) }
}

export function parameterArn(region: string, accountId: string, name: string): string {
  return `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`
}
