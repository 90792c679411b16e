import { createHash } from 'node:crypto'

/**
 * The value of a NoEcho parameter never stands in a record, an event or a change set. Expressions
 * see a placeholder that names the parameter and a fingerprint of its value, so that a new value
 * is a change; the value itself goes in when the call to the target service is made.
 */
const PLACEHOLDER = /\{\{noecho:([A-Za-z0-9]+):([0-9a-f]{16})\}\}/g

export function secretPlaceholder(stackId: string, name: string, value: string): string {
  // The stack's id salts the fingerprint, so equal values of two stacks cannot be told.
  const fingerprint = createHash('sha256').update(`${stackId}\0${name}\0${value}`).digest('hex')
  return `{{noecho:${name}:${fingerprint.slice(0, 16)}}}`
}

export function isSecretPlaceholder(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0
}

/** Puts values in for their placeholders. `values` maps a placeholder to its value. */
export function revealSecrets(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(PLACEHOLDER, (placeholder) => values.get(placeholder) ?? placeholder)
}

/** The text as it may be shown. */
export function maskSecrets(text: string): string {
  return text.replace(PLACEHOLDER, '****')
}
