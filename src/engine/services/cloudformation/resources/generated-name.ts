import type { NameRule } from './handler.ts'

/**
 * The name of a resource whose template gives none. Long names lose the end of the stack's name
 * and of the logical id, never the suffix, which makes the name unique.
 */
export function generatedName(
  parts: { stackName: string; logicalId: string; suffix: string },
  { maxLength, lowercase = false }: NameRule,
): string {
  const room = maxLength - parts.suffix.length - 2
  const logicalId = parts.logicalId.slice(
    0,
    Math.max(1, room - Math.min(parts.stackName.length, room >> 1)),
  )
  const stackName = parts.stackName.slice(0, Math.max(1, room - logicalId.length))
  const name = `${stackName}-${logicalId}-${parts.suffix}`.slice(0, maxLength)
  return lowercase ? name.toLowerCase() : name
}
