/** What a template's text can hold. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap
export type ValueMap = { readonly [key: string]: Value }

export function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value)
}

/** The name and argument of an intrinsic function, when `value` is one. */
export function intrinsicOf(value: Value): { name: string; argument: Value } | undefined {
  if (!isMap(value)) return undefined
  const entries = Object.entries(value)
  const [entry] = entries
  if (entry === undefined || entries.length !== 1) return undefined
  const [name, argument] = entry
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined
}

/** Whether two values are the same, whatever the order of their maps' keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  )
}

/** A scalar as text; anything else as JSON. */
export function scalarText(value: Value | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
