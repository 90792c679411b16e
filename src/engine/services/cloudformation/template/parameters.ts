import { templateFormatError, validationError } from '../errors.ts'
import type { ParameterDeclaration, Template } from './template.ts'

/** A parameter as a request gives it. */
export interface GivenParameter {
  readonly ParameterKey?: string | undefined
  readonly ParameterValue?: string | undefined
  readonly UsePreviousValue?: boolean | undefined
}

const SIMPLE_TYPES = new Set([
  'String',
  'Number',
  'List<Number>',
  'List<String>',
  'CommaDelimitedList',
])
const AWS_TYPE = /^(AWS::[A-Za-z0-9:]+|List<AWS::[A-Za-z0-9:]+>)$/
const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/

/** The values of a template's parameters: given, previous, or default; checked. */
export function parameterValues(
  template: Template,
  given: readonly GivenParameter[],
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const byKey = new Map(given.map((item) => [item.ParameterKey ?? '', item]))
  const unknown = [...byKey.keys()].filter((key) => !Object.hasOwn(template.parameters, key))
  if (unknown.length > 0)
    throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const values: Record<string, string> = {}
  const missing: string[] = []
  for (const [name, declaration] of Object.entries(template.parameters)) {
    checkType(name, declaration)
    const value = chooseValue(name, byKey.get(name), { declaration, previous })
    if (value === undefined) missing.push(name)
    else values[name] = checkedValue(name, value, declaration)
  }
  if (missing.length > 0)
    throw validationError(`Parameters: [${missing.join(', ')}] must have values`)
  return values
}

function chooseValue(
  name: string,
  given: GivenParameter | undefined,
  from: { declaration: ParameterDeclaration; previous: Readonly<Record<string, string>> },
): string | undefined {
  if (given?.UsePreviousValue !== true)
    return given?.ParameterValue ?? from.declaration.defaultValue
  if (given.ParameterValue !== undefined && given.ParameterValue !== '')
    throw validationError(
      `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true and ` +
        'non empty value for a parameter',
    )
  return from.previous[name]
}

function checkType(name: string, { type }: ParameterDeclaration): void {
  const inner = SSM_TYPE.exec(type)?.[1] ?? type
  if (SIMPLE_TYPES.has(inner) || AWS_TYPE.test(inner)) return
  throw templateFormatError(`Unrecognized parameter type: ${type} of parameter ${name}`)
}

function checkedValue(name: string, value: string, declaration: ParameterDeclaration): string {
  const refuse = (rule: string): never => {
    const said = declaration.constraintDescription
    throw validationError(
      said === undefined
        ? `Parameter '${name}' ${rule}`
        : `Parameter ${name} failed to satisfy constraint: ${said}`,
    )
  }
  const items = isListType(declaration.type) ? splitList(value) : [value]
  if (/^(List<)?Number/.test(declaration.type))
    for (const item of items) checkNumber(item, declaration, refuse)
  const { allowedValues, allowedPattern, minLength, maxLength } = declaration
  if (allowedValues !== undefined && !items.every((item) => allowedValues.includes(item)))
    refuse('must be one of AllowedValues')
  if (allowedPattern !== undefined && !items.every((item) => matches(item, allowedPattern)))
    refuse(`must match pattern ${allowedPattern}`)
  if (minLength !== undefined && value.length < minLength)
    refuse(`must contain at least ${minLength} characters`)
  if (maxLength !== undefined && value.length > maxLength)
    refuse(`must contain at most ${maxLength} characters`)
  return value
}

function checkNumber(
  text: string,
  { minValue, maxValue }: ParameterDeclaration,
  refuse: (rule: string) => never,
): void {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) refuse('must be a number')
  if (minValue !== undefined && value < minValue)
    refuse(`must be a number not less than ${minValue}`)
  if (maxValue !== undefined && value > maxValue)
    refuse(`must be a number not greater than ${maxValue}`)
}

function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text)
  } catch {
    throw templateFormatError(`AllowedPattern ${pattern} is not a valid regular expression`)
  }
}

/** The type that the value has once an SSM parameter has been looked up. */
export function ssmValueType(type: string): string | undefined {
  return SSM_TYPE.exec(type)?.[1]
}

export function isListType(type: string): boolean {
  const inner = ssmValueType(type) ?? type
  return inner === 'CommaDelimitedList' || inner.startsWith('List<')
}

export function splitList(value: string): string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim())
}
