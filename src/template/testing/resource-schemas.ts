import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type { PropertyType, Property, SpecDatabase } from '@aws-cdk/service-spec-types'
import { isIntrinsic } from '../../system/value.ts'
import type { Template } from '../cloudformation.ts'

type PropertyTable = Readonly<Record<string, Property>>

/** Sections of a resource that are CloudFormation's own. */
const SECTIONS = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'CreationPolicy',
  'UpdatePolicy',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
])

let loaded: SpecDatabase | undefined

/** What in a template AWS's published resource schemas do not allow; empty when it is right. */
export function schemaFaults(template: Template): string[] {
  loaded ??= loadAwsServiceSpecSync()
  const database = loaded
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const sections = Object.keys(resource).filter((section) => !SECTIONS.has(section))
    const [schema] = database.lookup('resource', 'cloudFormationType', 'equals', resource.Type)
    if (schema === undefined) return [`${id}: there is no type ${resource.Type}`]
    return [
      ...sections.map((section) => `${id}: there is no section ${section}`),
      ...objectFaults(database, resource.Properties ?? {}, {
        table: schema.properties,
        place: id,
      }),
    ]
  })
}

/** Attributes that the template asks for and the types do not have. */
export function attributeFaults(template: Template): string[] {
  loaded ??= loadAwsServiceSpecSync()
  const database = loaded
  return attributesIn(template.Resources)
    .concat(attributesIn(template.Outputs))
    .flatMap(([id, attribute]) => {
      const type = template.Resources[id]?.Type ?? ''
      const [schema] = database.lookup('resource', 'cloudFormationType', 'equals', type)
      const known = schema !== undefined && Object.hasOwn(schema.attributes, attribute)
      return known ? [] : [`${id} (${type}) has no attribute ${attribute}`]
    })
}

function attributesIn(value: unknown): [id: string, attribute: string][] {
  if (typeof value === 'string') {
    const uses = value.matchAll(/\$\{([A-Za-z0-9]+)\.([\w.]+)\}/g)
    return [...uses].map(([, id = '', attribute = '']) => [id, attribute])
  }
  if (typeof value !== 'object' || value === null) return []
  if (!Array.isArray(value) && 'Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) {
    const [id, attribute] = value['Fn::GetAtt']
    return [[String(id), String(attribute)]]
  }
  return Object.values(value).flatMap(attributesIn)
}

function objectFaults(
  database: SpecDatabase,
  value: object,
  { table, place }: { table: PropertyTable; place: string },
): string[] {
  const entries = Object.entries(value) as [string, unknown][]
  return [
    ...Object.entries(table)
      .filter(([name, { required }]) => required === true && !Object.hasOwn(value, name))
      .map(([name]) => `${place}.${name} is required`),
    ...entries.flatMap(([name, part]) => {
      const property = table[name]
      if (property === undefined) return [`${place}.${name} is unknown`]
      return valueFaults(database, part, { type: property.type, place: `${place}.${name}` })
    }),
  ]
}

function valueFaults(
  database: SpecDatabase,
  value: unknown,
  { type, place }: { type: PropertyType; place: string },
): string[] {
  if (isIntrinsic(value)) return []
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return [`${place} is no string`]
      return type.allowedValues === undefined || type.allowedValues.includes(value)
        ? []
        : [`${place} is ${value}, not one of ${type.allowedValues.join(', ')}`]
    case 'integer':
      return Number.isInteger(value) ? [] : [`${place} is no integer`]
    case 'number':
      return typeof value === 'number' ? [] : [`${place} is no number`]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${place} is no boolean`]
    case 'array':
      if (!Array.isArray(value)) return [`${place} is no list`]
      return value.flatMap((item, i) =>
        valueFaults(database, item, { type: type.element, place: `${place}[${i}]` }),
      )
    case 'map':
      if (typeof value !== 'object' || value === null) return [`${place} is no map`]
      return Object.entries(value).flatMap(([key, item]) =>
        valueFaults(database, item, { type: type.element, place: `${place}.${key}` }),
      )
    case 'ref': {
      if (typeof value !== 'object' || value === null) return [`${place} is no object`]
      const { properties } = database.get('typeDefinition', type.reference.$ref)
      return objectFaults(database, value, { table: properties, place })
    }
    case 'union': {
      const each = type.types.map((one) => valueFaults(database, value, { type: one, place }))
      return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? [])
    }
    case 'tag':
    case 'json':
    case 'date-time':
    case 'null':
      return []
  }
}
