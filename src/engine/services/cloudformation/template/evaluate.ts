import { templateError, templateFormatError, validationError } from '../errors.ts'
import { cidrBlocks } from './cidr.ts'
import { isSecretPlaceholder } from './no-echo.ts'
import { getAttParts, variableReference } from './references.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'
import { intrinsicOf, isList, isMap } from './value.ts'

/** `AWS::NoValue`: the property, or item, is as if it were not written. */
const NO_VALUE = Symbol('AWS::NoValue')
type Result = Value | typeof NO_VALUE

/** Evaluates an expression; undefined when all of it is `AWS::NoValue`. */
export function evaluate(value: Value, scope: Scope): Value | undefined {
  const result = evaluateAny(value, scope)
  return result === NO_VALUE ? undefined : result
}

function evaluateAny(value: Value, scope: Scope): Result {
  const intrinsic = intrinsicOf(value)
  if (intrinsic !== undefined) return call(intrinsic.name, intrinsic.argument, scope)
  if (isList(value))
    return value.map((item) => evaluateAny(item, scope)).filter((item) => item !== NO_VALUE)
  if (!isMap(value)) return value
  const result: Record<string, Value> = {}
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluateAny(item, scope)
    if (evaluated !== NO_VALUE) result[key] = evaluated
  }
  return result
}

function call(name: string, argument: Value, scope: Scope): Result {
  switch (name) {
    case 'Ref':
      return ref(argument, scope)
    case 'Fn::GetAtt':
      return getAtt(argument, scope)
    case 'Fn::Sub':
      return substitute(argument, scope)
    case 'Fn::If':
      return branch(argument, scope)
    case 'Fn::Join':
      return join(argument, scope)
    case 'Fn::Select':
      return select(argument, scope)
    case 'Fn::Split':
      return split(argument, scope)
    case 'Fn::FindInMap':
      return findInMap(argument, scope)
    case 'Fn::Base64':
      return Buffer.from(openText(name, argument, scope)).toString('base64')
    case 'Fn::Cidr':
      return cidr(argument, scope)
    case 'Fn::GetAZs':
      return [...scope.zones(text(argument, scope) || String(scope.parameters['AWS::Region']))]
    case 'Fn::ImportValue':
      return importValue(argument, scope)
    case 'Fn::Transform':
      throw templateError('Fn::Transform and macros are not supported by this engine')
    default:
      throw templateFormatError(`Template contains an unsupported function: ${name}`)
  }
}

function ref(argument: Value, scope: Scope): Result {
  if (typeof argument !== 'string')
    throw templateError('every Ref object must have a single String value.')
  if (argument === 'AWS::NoValue') return NO_VALUE
  const parameter = scope.parameters[argument]
  if (parameter !== undefined) return typeof parameter === 'string' ? parameter : [...parameter]
  const resource = scope.resource(argument)
  if (resource !== undefined) return resource.ref
  throw unresolved([argument])
}

export function unresolved(names: readonly string[], block = 'Resources'): Error {
  return templateFormatError(
    `Unresolved resource dependencies [${names.join(', ')}] ` +
      `in the ${block} block of the template`,
  )
}

function getAtt(argument: Value, scope: Scope): Value {
  const parts = getAttParts(argument)
  if (parts === undefined)
    throw templateError(
      'every Fn::GetAtt object requires two non-empty parameters, ' +
        'the resource name and the resource attribute',
    )
  return attributeOf(parts.target, text(parts.attribute, scope), scope)
}

function attributeOf(target: string, attribute: string, scope: Scope): Value {
  const resource = scope.resource(target)
  if (resource === undefined) throw unresolved([target])
  const value = resource.attribute(attribute)
  if (value === undefined)
    throw templateError(
      `resource ${target} does not support attribute type ${attribute} in Fn::GetAtt`,
    )
  return value
}

function substitute(argument: Value, scope: Scope): string {
  const [template, variables] = isList(argument) ? argument : [argument, {}]
  if (typeof template !== 'string')
    throw templateError(
      'One or more Fn::Sub intrinsic functions don’t specify expected arguments. ' +
        'Specify a string as first argument, and an optional second argument ' +
        'to specify a mapping of values to replace in the string',
    )
  const own = isMap(variables) ? variables : {}
  return template.replace(/\$\{(!?)([^{}]*)\}/g, (_, literal: string, raw: string) => {
    const name = raw.trim()
    if (literal === '!') return `\${${raw}}`
    const value = own[name]
    if (value !== undefined) return text(value, scope)
    const reference = variableReference(name)
    const found =
      reference.attribute === undefined
        ? ref(name, scope)
        : attributeOf(reference.target, reference.attribute, scope)
    return found === NO_VALUE ? '' : asText(found)
  })
}

function branch(argument: Value, scope: Scope): Result {
  const [name, whenTrue, whenFalse] = isList(argument) ? argument : []
  if (typeof name !== 'string' || whenTrue === undefined || whenFalse === undefined)
    throw templateError('Fn::If requires a list argument with exactly three elements')
  const truth = scope.conditions[name]
  if (truth === undefined) throw templateError(`Unresolved condition ${name} in Fn::If`)
  return evaluateAny(truth ? whenTrue : whenFalse, scope)
}

function join(argument: Value, scope: Scope): string {
  const [delimiter, items] = isList(argument) ? argument : []
  const list = items === undefined ? undefined : evaluate(items, scope)
  if (typeof delimiter !== 'string' || !isList(list))
    throw templateError(
      'every Fn::Join object requires two parameters, (1) a string delimiter and ' +
        '(2) a list of strings to be joined or a function that returns a list of strings ' +
        '(such as Fn::GetAZs) to be joined.',
    )
  return list.map(asText).join(delimiter)
}

function select(argument: Value, scope: Scope): Value {
  const [index, items] = isList(argument) ? argument : []
  const at = index === undefined ? Number.NaN : Number(evaluate(index, scope))
  const list = items === undefined ? undefined : evaluate(items, scope)
  if (!isList(list) || !Number.isInteger(at))
    throw templateError(
      'every Fn::Select object requires two non-null parameters, the first is an integer index ' +
        'and the second a list',
    )
  const item = list[at]
  if (item === undefined)
    throw templateError(`Fn::Select cannot select nonexistent value at index ${at}`)
  return item
}

function split(argument: Value, scope: Scope): Value {
  const [delimiter, source] = isList(argument) ? argument : []
  if (typeof delimiter !== 'string' || source === undefined)
    throw templateError(
      'every Fn::Split object requires two parameters, (1) a string delimiter and ' +
        '(2) a string to be split or a function that returns a string to be split.',
    )
  return openText('Fn::Split', source, scope).split(delimiter)
}

function findInMap(argument: Value, scope: Scope): Value {
  const [mapName, first, second, fallback] = isList(argument) ? argument : []
  if (mapName === undefined || first === undefined || second === undefined)
    throw templateError(
      'every Fn::FindInMap object requires three parameters, ' +
        'the map name, map key and the attribute for return value',
    )
  const keys = [text(mapName, scope), text(first, scope), text(second, scope)] as const
  const group = scope.mappings[keys[0]]?.[keys[1]]
  const found = isMap(group) ? group[keys[2]] : undefined
  if (found !== undefined) return found
  const otherwise = isMap(fallback) ? fallback['DefaultValue'] : undefined
  const value = otherwise === undefined ? undefined : evaluate(otherwise, scope)
  if (value !== undefined) return value
  throw templateError(`Unable to get mapping for ${keys.join('::')}`)
}

function cidr(argument: Value, scope: Scope): Value {
  const [block, count, bits] = isList(argument) ? argument : []
  if (block === undefined || count === undefined)
    throw templateError('every Fn::Cidr object requires an ipBlock and a count.')
  return cidrBlocks({
    block: text(block, scope),
    count: Number(text(count, scope)),
    hostBits: bits === undefined ? undefined : Number(text(bits, scope)),
  })
}

function importValue(argument: Value, scope: Scope): string {
  const name = text(argument, scope)
  const value = scope.exported(name)
  if (value === undefined) throw validationError(`No export named ${name} found.`)
  return value
}

function text(value: Value, scope: Scope): string {
  return asText(evaluate(value, scope) ?? '')
}

/** Text that the function must be able to read, which the value of a NoEcho parameter is not. */
function openText(name: string, value: Value, scope: Scope): string {
  const result = text(value, scope)
  if (isSecretPlaceholder(result))
    throw templateError(`${name} of a NoEcho parameter is not supported by this engine`)
  return result
}

function asText(value: Value): string {
  if (typeof value === 'object' && value !== null)
    throw templateError('Fn::Join and Fn::Sub take values that are strings, not lists or maps')
  return String(value)
}
