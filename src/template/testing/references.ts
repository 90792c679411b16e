import type { Template } from '../cloudformation.ts'

/** Logical ids that a resource refers to: Ref, Fn::GetAtt, Fn::Sub and DependsOn. */
export function referencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    if (key === 'Ref') return [String(part)]
    if (key === 'Fn::GetAtt' && Array.isArray(part)) return [String(part[0])]
    if (key === 'Fn::Sub') return substitutions(String(part))
    const ids = key === 'DependsOn' ? [part].flat().filter((id) => typeof id === 'string') : []
    return [...ids, ...referencesOf(part)]
  })
}

/** References to nothing that the template has. */
export function danglingReferences(template: Template): string[] {
  const known = new Set([
    ...Object.keys(template.Resources),
    ...Object.keys(template.Parameters ?? {}),
  ])
  const all = [...referencesOf(template.Resources), ...referencesOf(template.Outputs)]
  return [...new Set(all)].filter((id) => !id.startsWith('AWS::') && !known.has(id))
}

/** Which resources each resource needs. */
export function dependencyGraph({ Resources }: Template): Map<string, string[]> {
  return new Map(
    Object.entries(Resources).map(([id, resource]) => [
      id,
      referencesOf(resource).filter((other) => Object.hasOwn(Resources, other)),
    ]),
  )
}

function substitutions(text: string): string[] {
  return [...text.matchAll(/\$\{([A-Za-z0-9:]+)(?:\.[\w.]+)?\}/g)].map(([, id = '']) => id)
}
