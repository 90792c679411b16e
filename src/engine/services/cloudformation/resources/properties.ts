import { validationError } from '../errors.ts'
import type { Properties } from './handler.ts'

/** A property that must be there, as text. */
export function text(properties: Properties, name: string): string {
  const value = properties[name]
  if (typeof value === 'string') return value
  throw validationError(`Property ${name} cannot be empty.`)
}

export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name]
  return typeof value === 'string' ? value : undefined
}

/** A nested map of properties; empty when absent. */
export function group(properties: Properties, name: string): Properties {
  const value = properties[name]
  return typeof value === 'object' && value !== null ? (value as Properties) : {}
}

/** A list; empty when absent. */
export function list<T = unknown>(properties: Properties, name: string): readonly T[] {
  const value = properties[name]
  return Array.isArray(value) ? (value as T[]) : []
}

/**
 * Those of the named properties that are given, as members of an operation's input: the schema
 * of the resource type has seen to it that they fit.
 */
export function part<T extends object>(
  properties: Properties,
  names: readonly (keyof T & string)[],
): Partial<T> {
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  ) as Partial<T>
}

/** A policy document as text, given as an object or as text. */
export function documentText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function changed(request: { before: Properties; properties: Properties }, name: string) {
  return JSON.stringify(request.before[name]) !== JSON.stringify(request.properties[name])
}
