import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node } from 'yaml'
import { templateFormatError } from '../errors.ts'
import type { Value, ValueMap } from './value.ts'
import { isMap as isValueMap } from './value.ts'

/** Reads a template's text, JSON or YAML with the short forms of intrinsic functions. */
export function parseText(text: string): ValueMap {
  const value = text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text)
  if (!isValueMap(value)) throw templateFormatError('unsupported structure.')
  return value
}

function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Value
  } catch (error) {
    // YAML's flow style opens with a brace, too.
    const document = parseDocument(text)
    if (document.errors.length === 0) return parseYaml(text)
    const at = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length)
    const lines = text.slice(0, at).split('\n')
    const column = (lines.at(-1) ?? '').length + 1
    throw templateFormatError(`JSON not well-formed. (line ${lines.length}, column ${column})`)
  }
}

function parseYaml(text: string): Value {
  const document = parseDocument(text, { merge: true, logLevel: 'silent' })
  const [error] = document.errors
  if (error !== undefined) {
    const at = error.linePos?.[0]
    const place = at === undefined ? '' : ` (line ${at.line}, column ${at.col})`
    throw templateFormatError(`YAML not well-formed.${place}`)
  }
  return document.contents === null ? null : fromNode(document.contents, document)
}

function fromNode(node: Node, document: Document): Value {
  if (isAlias(node)) {
    const target = node.resolve(document)
    return target === undefined ? null : fromNode(target, document)
  }
  return fromTag(node.tag, plainValue(node, document))
}

function plainValue(node: Node, document: Document): Value {
  if (isSeq(node)) return node.items.map((item) => fromNode(item as Node, document))
  if (isMap(node)) return mapValue(node.items, document)
  if (!isScalar(node)) return null
  return scalarValue(node.value)
}

function mapValue(items: readonly unknown[], document: Document): ValueMap {
  const result: Record<string, Value> = {}
  for (const pair of items) {
    if (!isPair(pair)) continue
    const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
    const value = pair.value === null ? null : fromNode(pair.value as Node, document)
    if (key === '<<' && isValueMap(value)) Object.assign(result, { ...value, ...result })
    else result[key] = value
  }
  return result
}

function scalarValue(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  // What YAML makes of big numbers; CloudFormation knows only numbers and strings.
  return typeof value === 'bigint' ? value.toString() : null
}

/** `!Sub x` stands for `{"Fn::Sub": x}`; `!Ref` and `!Condition` have no `Fn::`. */
function fromTag(tag: string | undefined, value: Value): Value {
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value
  const name = tag.slice(1)
  if (name.startsWith('!')) return value
  if (name === 'Ref' || name === 'Condition') return { [name]: value }
  if (name !== 'GetAtt' || typeof value !== 'string') return { [`Fn::${name}`]: value }
  const dot = value.indexOf('.')
  return { 'Fn::GetAtt': dot < 0 ? value : [value.slice(0, dot), value.slice(dot + 1)] }
}
