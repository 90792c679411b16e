/**
 * Writes `schemas.json` for the engine's CloudFormation: what AWS's published resource schemas say
 * about the resource types that the engine has. Run it after adding a type or updating the
 * package: `node tools/generate-resource-schemas.ts`.
 */
import { writeFileSync } from 'node:fs'
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type {
  Property,
  PropertyType,
  SpecDatabase,
  TypeDefinition,
} from '@aws-cdk/service-spec-types'
import { RESOURCE_TYPES } from '../src/engine/services/cloudformation/resources/resource-types.ts'

const target = new URL(
  '../src/engine/services/cloudformation/resources/schemas.json',
  import.meta.url,
)

interface PropertyData {
  type: unknown
  required?: true
  replacement?: 'yes' | 'maybe'
}

function describeType(db: SpecDatabase, type: PropertyType, found: Set<TypeDefinition>): unknown {
  switch (type.type) {
    case 'array':
      return { list: describeType(db, type.element, found) }
    case 'map':
      return { map: describeType(db, type.element, found) }
    case 'ref': {
      const definition = db.get('typeDefinition', type.reference.$ref)
      found.add(definition)
      return { ref: definition.name }
    }
    case 'union': {
      // A document may be given as an object or as its JSON text; both are kept as they are.
      return 'json'
    }
    case 'tag':
      return { ref: 'Tag' }
    default:
      return type.type
  }
}

function describeProperties(
  db: SpecDatabase,
  properties: Record<string, Property>,
  found: Set<TypeDefinition>,
): Record<string, PropertyData> {
  return Object.fromEntries(
    Object.entries(properties)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, property]) => [name, describeProperty(db, property, found)]),
  )
}

function describeProperty(
  db: SpecDatabase,
  property: Property,
  found: Set<TypeDefinition>,
): PropertyData {
  const { causesReplacement } = property
  return {
    type: describeType(db, property.type, found),
    ...(property.required === true ? { required: true } : {}),
    ...(causesReplacement === 'yes' || causesReplacement === 'maybe'
      ? { replacement: causesReplacement }
      : {}),
  }
}

function describeResource(db: SpecDatabase, cloudFormationType: string): object {
  const resource = db.lookup('resource', 'cloudFormationType', 'equals', cloudFormationType).only()
  const pending = new Set<TypeDefinition>()
  const properties = describeProperties(db, resource.properties, pending)
  const types: Record<string, unknown> = {}
  for (const definition of pending)
    types[definition.name] = describeProperties(db, definition.properties, pending)
  return {
    properties,
    attributes: Object.keys(resource.attributes).toSorted(),
    types,
    ...(resource.tagInformation === undefined
      ? {}
      : { tags: resource.tagInformation.tagPropertyName }),
  }
}

const db = loadAwsServiceSpecSync()
const schemas = Object.fromEntries(
  RESOURCE_TYPES.toSorted().map((type) => [type, describeResource(db, type)]),
)
writeFileSync(target, `${JSON.stringify(schemas, undefined, 1)}\n`)
