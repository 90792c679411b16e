import { validationError } from '../errors.ts'
import { KNOWN_AFTER_APPLY } from '../template/scope.ts'
import type { Value, ValueMap } from '../template/value.ts'
import { isList, isMap } from '../template/value.ts'
import type { PropertySchemas, PropertyType, ResourceSchema } from './schema.ts'
import { namedType } from './schema.ts'

/**
 * Gives each property the type of its schema: templates write numbers and booleans as strings, and
 * parameters always are. What does not fit is collected and refused, as AWS's registry does.
 */
export function coerceProperties(
  resource: { type: string; schema: ResourceSchema },
  properties: ValueMap,
): ValueMap {
  const faults: string[] = []
  const coerced = coerceMap(resource.schema.properties, properties, {
    schema: resource.schema,
    path: '#',
    faults,
  })
  if (faults.length === 0) return coerced
  const kind = resource.type.split('::').at(-1) ?? resource.type
  throw validationError(
    `Properties validation failed for resource ${kind} with message:\n[${faults.join(', ')}]`,
  )
}

interface Place {
  readonly schema: ResourceSchema
  readonly path: string
  readonly faults: string[]
}

function coerceMap(schemas: PropertySchemas, value: ValueMap, at: Place): ValueMap {
  for (const [name, { required }] of Object.entries(schemas))
    if (required === true && value[name] === undefined)
      at.faults.push(`${at.path}: required key [${name}] not found`)
  const result: Record<string, Value> = {}
  for (const [name, item] of Object.entries(value)) {
    const schema = schemas[name]
    if (schema === undefined)
      at.faults.push(`${at.path}: extraneous key [${name}] is not permitted`)
    else result[name] = coerce(schema.type, item, { ...at, path: `${at.path}/${name}` })
  }
  return result
}

function coerce(type: PropertyType, value: Value, at: Place): Value {
  if (typeof value === 'string' && value.includes(KNOWN_AFTER_APPLY)) return value
  if (typeof type === 'string') return coerceScalar(type, value, at)
  if ('list' in type) {
    if (!isList(value)) return misfit('JSONArray', value, at)
    return value.map((item, i) => coerce(type.list, item, { ...at, path: `${at.path}/${i}` }))
  }
  if (!isMap(value)) return misfit('JSONObject', value, at)
  if ('map' in type)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        coerce(type.map, item, { ...at, path: `${at.path}/${key}` }),
      ]),
    )
  const named = namedType(at.schema, type.ref)
  return named === undefined ? value : coerceMap(named, value, at)
}

function coerceScalar(type: Extract<PropertyType, string>, value: Value, at: Place): Value {
  if (type === 'json') return value
  if (typeof value === 'object') return misfit(typeName(type), value, at)
  if (type === 'string' || type === 'date-time') return String(value)
  // A value that is not known yet, or is put in later, keeps its place.
  if (typeof value === 'string' && value.startsWith('{{')) return value
  if (type === 'boolean') {
    if (value === true || value === 'true') return true
    return value === false || value === 'false' ? false : misfit('Boolean', value, at)
  }
  const number = typeof value === 'boolean' || value === '' ? Number.NaN : Number(value)
  return Number.isNaN(number) ? misfit(typeName(type), value, at) : number
}

function misfit(expected: string, value: Value, at: Place): Value {
  at.faults.push(`${at.path}: expected type: ${expected}, found: ${kindOf(value)}`)
  return value
}

function typeName(type: string): string {
  const names: Record<string, string> = { boolean: 'Boolean', integer: 'Integer', number: 'Number' }
  return names[type] ?? 'String'
}

function kindOf(value: Value): string {
  if (value === null) return 'Null'
  if (isList(value)) return 'JSONArray'
  if (isMap(value)) return 'JSONObject'
  return { string: 'String', number: 'Number', boolean: 'Boolean' }[
    typeof value as 'string' | 'number' | 'boolean'
  ]
}
