import { serializationError } from './serialization-error.ts'
import type { Member, Shape, StructureShape } from './shape.ts'
import { arriving, type Times } from './times.ts'

/** How a dialect of the query protocol names members and numbers lists. */
export type QueryDialect = 'awsQuery' | 'ec2Query'

const MAX_DEPTH = 32

/** A form's parameters as a tree: `Tags.member.1.Key` → { Tags: { member: { 1: { Key } } } }. */
interface Node {
  value?: string
  children?: Map<string, Node>
}

/** Decodes a form of the query protocols. */
export function decodeQuery(
  form: URLSearchParams,
  shape: StructureShape,
  { dialect, times }: { dialect: QueryDialect; times: Times },
): object {
  const root: Node = { children: new Map() }
  for (const [name, value] of form) insert(root, name.split('.'), value)
  return decodeStructure(root, shape, { dialect, times, path: '' })
}

function insert(root: Node, path: readonly string[], value: string): void {
  if (path.length > MAX_DEPTH) throw serializationError('The request is nested too deeply.')
  let node = root
  for (const part of path) {
    node.children ??= new Map()
    let next = node.children.get(part)
    if (next === undefined) {
      next = {}
      node.children.set(part, next)
    }
    node = next
  }
  node.value = value
}

interface Decoding {
  readonly dialect: QueryDialect
  readonly times: Times
  readonly path: string
}

function decode(node: Node, shape: Shape, decoding: Decoding): unknown {
  switch (shape.kind) {
    case 'structure':
      return decodeStructure(node, shape, decoding)
    case 'list':
      return numbered(listNode(node, shape.item, decoding)).map((item) =>
        decode(item, shape.item.shape, decoding),
      )
    case 'map':
      return decodeMap(node, shape, decoding)
    default:
      return scalar(node.value ?? '', shape, decoding)
  }
}

function decodeStructure(node: Node, shape: StructureShape, decoding: Decoding): object {
  const result: Record<string, unknown> = {}
  for (const member of shape.members) {
    const child = node.children?.get(wireName(member, decoding.dialect))
    if (child === undefined) continue
    const path = decoding.path === '' ? member.name : `${decoding.path}.${member.name}`
    const flattened = member.traits.xmlFlattened === true || decoding.dialect === 'ec2Query'
    const value =
      member.shape.kind === 'list' && flattened
        ? flatList(child, member.shape.item, { ...decoding, path })
        : decode(child, member.shape, { ...decoding, path })
    if (value !== undefined) result[member.name] = value
  }
  return result
}

function flatList(node: Node, item: Member, decoding: Decoding): unknown[] {
  return numbered(node).map((each) => decode(each, item.shape, decoding))
}

/** Lists stand under `member` (or the item's own name); an empty list is an empty value. */
function listNode(node: Node, item: Member, { dialect }: Decoding): Node {
  if (dialect === 'ec2Query') return node
  return node.children?.get(item.traits.xmlName ?? 'member') ?? node.children?.get('member') ?? {}
}

function decodeMap(
  node: Node,
  shape: Extract<Shape, { kind: 'map' }>,
  decoding: Decoding,
): Record<string, unknown> {
  const entries = numbered(node.children?.get('entry') ?? node)
  const keyName = shape.key.traits.xmlName ?? 'key'
  const valueName = shape.value.traits.xmlName ?? 'value'
  return Object.fromEntries(
    entries.map((entry) => [
      entry.children?.get(keyName)?.value ?? '',
      decode(entry.children?.get(valueName) ?? {}, shape.value.shape, decoding),
    ]),
  )
}

/** The children `1`, `2`, … in the order of their numbers. */
function numbered(node: Node): Node[] {
  return [...(node.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child)
}

function scalar(text: string, shape: Shape, { times, path }: Decoding): unknown {
  switch (shape.kind) {
    case 'number': {
      const value = Number(text)
      if (text === '' || Number.isNaN(value)) throw malformed(path, text, 'number')
      return value
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformed(path, text, 'boolean')
      return text === 'true'
    case 'timestamp': {
      const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text)
      if (Number.isNaN(time)) throw malformed(path, text, 'timestamp')
      return arriving(time, times)
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'))
    default:
      return text
  }
}

function malformed(path: string, text: string, expected: string): Error {
  return serializationError(`${path}: "${text.slice(0, 40)}" is no ${expected}`)
}

/** EC2 spells members with a capital unless the model says otherwise. */
function wireName({ name, traits }: Member, dialect: QueryDialect): string {
  if (dialect === 'awsQuery') return traits.xmlName ?? name
  if (traits.ec2QueryName !== undefined) return traits.ec2QueryName
  const spelled = traits.xmlName ?? name
  return spelled.charAt(0).toUpperCase() + spelled.slice(1)
}
