import type { Shape, StructureShape } from './shape.ts'

/**
 * The path of the first required member that a decoded input lacks, in AWS's spelling
 * (`logEvents.1.member.message`); undefined when all are there.
 */
export function missingMember(input: object, shape: StructureShape): string | undefined {
  return inStructure(input, shape, '')
}

function inStructure(value: object, shape: StructureShape, path: string): string | undefined {
  const members = value as Record<string, unknown>
  for (const [i, { name, shape: inner }] of shape.members.entries()) {
    const item = members[name]
    if (item === undefined) {
      if (i < shape.required) return path + spelled(name)
      continue
    }
    if (holdsMembers(inner)) {
      const missing = inValue(item, inner, path + spelled(name))
      if (missing !== undefined) return missing
    }
  }
  return undefined
}

function inValue(value: unknown, shape: Shape, path: string): string | undefined {
  switch (shape.kind) {
    case 'structure':
      return inStructure(value as object, shape, `${path}.`)
    case 'list':
      if (!holdsMembers(shape.item.shape)) return undefined
      for (const [i, item] of (value as unknown[]).entries()) {
        const missing = inValue(item, shape.item.shape, `${path}.${i + 1}.member`)
        if (missing !== undefined) return missing
      }
      return undefined
    case 'map':
      if (!holdsMembers(shape.value.shape)) return undefined
      for (const [key, item] of Object.entries(value as object)) {
        const missing = inValue(item, shape.value.shape, `${path}.${key}.member`)
        if (missing !== undefined) return missing
      }
      return undefined
    default:
      return undefined
  }
}

function holdsMembers({ kind }: Shape): boolean {
  return kind === 'structure' || kind === 'list' || kind === 'map'
}

function spelled(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
