import { namedType } from './schema.ts'
import type { PropertySchemas, PropertyType, ResourceSchema } from './schema.ts'
import { schemaOf } from './schema.ts'

/** Names that ECS's API spells differently from CloudFormation. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  FilesystemId: 'fileSystemId',
  PlacementStrategies: 'placementStrategy',
  FSxWindowsFileServerVolumeConfiguration: 'fsxWindowsFileServerVolumeConfiguration',
}

/**
 * Properties as the input of an operation whose members begin in lower case (ECS, ECR, Logs). The
 * keys of maps, such as Docker labels, stay as they are.
 */
export function camelCased(type: string, properties: Readonly<Record<string, unknown>>): object {
  const schema = schemaOf(type)
  if (schema === undefined) return properties
  return camelMap(schema, schema.properties, properties)
}

function camelMap(schema: ResourceSchema, schemas: PropertySchemas, value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      EXCEPTIONS[name] ?? camelName(name),
      camelValue(schema, schemas[name]?.type ?? 'json', item),
    ]),
  )
}

function camelValue(schema: ResourceSchema, type: PropertyType, value: unknown): unknown {
  if (typeof type === 'string' || typeof value !== 'object' || value === null) return value
  if ('list' in type)
    return Array.isArray(value) ? value.map((item) => camelValue(schema, type.list, item)) : value
  if ('map' in type) return value
  const named = namedType(schema, type.ref)
  return named === undefined ? value : camelMap(schema, named, value)
}

/** `AwsvpcConfiguration` → `awsvpcConfiguration`, `EFSVolume` → `efsVolume`, `IAM` → `iam`. */
function camelName(name: string): string {
  const capitals = /^[A-Z]+/.exec(name)?.[0].length ?? 0
  const lower = capitals === name.length ? capitals : Math.max(1, capitals - 1)
  return name.slice(0, lower).toLowerCase() + name.slice(lower)
}
