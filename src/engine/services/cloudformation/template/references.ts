import type { Value } from './value.ts'
import { intrinsicOf, isList, isMap } from './value.ts'

/** A mention of a parameter or resource inside an expression. */
export interface Reference {
  readonly target: string
  /** The attribute asked for; undefined for `Ref` and `${Name}`. */
  readonly attribute: string | undefined
}

const VARIABLE = /\$\{([^!${}][^${}]*)\}/g

/** Every reference in an expression, in the order of the text; pseudo parameters are left out. */
export function referencesIn(value: Value): Reference[] {
  const found: Reference[] = []
  collect(value, found)
  return found.filter(({ target }) => !target.startsWith('AWS::'))
}

function collect(value: Value, found: Reference[]): void {
  const intrinsic = intrinsicOf(value)
  if (intrinsic?.name === 'Ref') {
    if (typeof intrinsic.argument === 'string')
      found.push({ target: intrinsic.argument, attribute: undefined })
    return
  }
  if (intrinsic?.name === 'Fn::GetAtt') {
    const parts = getAttParts(intrinsic.argument)
    if (parts !== undefined) {
      found.push({
        target: parts.target,
        attribute: typeof parts.attribute === 'string' ? parts.attribute : '',
      })
      if (typeof parts.attribute !== 'string') collect(parts.attribute, found)
    }
    return
  }
  if (intrinsic?.name === 'Fn::Sub') {
    collectSub(intrinsic.argument, found)
    return
  }
  if (isList(value)) for (const item of value) collect(item, found)
  else if (isMap(value)) for (const item of Object.values(value)) collect(item, found)
}

function collectSub(argument: Value, found: Reference[]): void {
  const [text, variables] = isList(argument) ? argument : [argument, undefined]
  const own = isMap(variables) ? variables : {}
  for (const item of Object.values(own)) collect(item, found)
  if (typeof text !== 'string') return
  for (const [, name = ''] of text.matchAll(VARIABLE)) {
    if (Object.hasOwn(own, name.trim())) continue
    found.push(variableReference(name.trim()))
  }
}

/** `${Name}` or `${Name.Attribute}` as a reference. */
export function variableReference(name: string): Reference {
  const dot = name.indexOf('.')
  if (dot < 0) return { target: name, attribute: undefined }
  return { target: name.slice(0, dot), attribute: name.slice(dot + 1) }
}

/** The two forms of `Fn::GetAtt`: `[resource, attribute]` and `resource.attribute`. */
export function getAttParts(argument: Value): { target: string; attribute: Value } | undefined {
  if (typeof argument === 'string') {
    const { target, attribute } = variableReference(argument)
    return attribute === undefined ? undefined : { target, attribute }
  }
  if (!isList(argument)) return undefined
  const [target, ...rest] = argument
  if (typeof target !== 'string' || rest.length === 0) return undefined
  const attribute = rest.every((part) => typeof part === 'string') ? rest.join('.') : rest[0]
  return attribute === undefined ? undefined : { target, attribute }
}
