import type { Member, Shape, StructureShape } from './shape.ts'
import { leaving, type Times } from './times.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\t': '\t',
  '\n': '\n',
}
const SPECIAL = /[&<>"\p{Cc}\uFFFE\uFFFF]/gu

/** Text as XML holds it. Characters that XML cannot hold at all are dropped. */
export function escapeXml(text: string): string {
  return text.replaceAll(SPECIAL, (character) => {
    const isHeld = character >= '\u007F' && character <= '\u009F'
    return ESCAPES[character] ?? (isHeld ? character : '')
  })
}

/** The members of an output as XML elements, without the element around them. */
export function encodeXmlMembers(output: object, shape: StructureShape, times: Times): string {
  const source = output as Record<string, unknown>
  let xml = ''
  for (const member of shape.members) {
    const value = source[member.name]
    if (value === undefined || value === null) continue
    xml += encodeMember(value, member, times)
  }
  return xml
}

function encodeMember(value: unknown, { name, traits, shape }: Member, times: Times): string {
  const tag = traits.xmlName ?? name
  if (traits.xmlFlattened === true && shape.kind === 'list') {
    return (value as unknown[]).map((item) => element(tag, item, shape.item.shape, times)).join('')
  }
  if (traits.xmlFlattened === true && shape.kind === 'map')
    return mapEntries(value, shape, { tag, times })
  return element(tag, value, shape, times)
}

function element(tag: string, value: unknown, shape: Shape, times: Times): string {
  const content = contentOf(value, shape, times)
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${tag}>`
}

function contentOf(value: unknown, shape: Shape, times: Times): string {
  switch (shape.kind) {
    case 'structure':
      return encodeXmlMembers(value as object, shape, times)
    case 'list': {
      const tag = shape.item.traits.xmlName ?? 'member'
      return (value as unknown[])
        .map((item) => element(tag, item, shape.item.shape, times))
        .join('')
    }
    case 'map':
      return mapEntries(value, shape, { tag: 'entry', times })
    case 'timestamp': {
      const wall = leaving(value as Date, times)
      return shape.format === 'epoch-seconds' ? String(wall.getTime() / 1000) : wall.toISOString()
    }
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    default:
      return escapeXml(String(value))
  }
}

function mapEntries(
  value: unknown,
  shape: Extract<Shape, { kind: 'map' }>,
  { tag, times }: { tag: string; times: Times },
): string {
  const keyTag = shape.key.traits.xmlName ?? 'key'
  const valueTag = shape.value.traits.xmlName ?? 'value'
  return Object.entries(value as object)
    .map(([key, item]) => {
      const content = element(valueTag, item, shape.value.shape, times)
      return `<${tag}><${keyTag}>${escapeXml(key)}</${keyTag}>${content}</${tag}>`
    })
    .join('')
}
