import schemas from './schemas.json' with { type: 'json' }

/** A property's type in AWS's published schema of a resource type. */
export type PropertyType =
  | 'boolean'
  | 'date-time'
  | 'integer'
  | 'json'
  | 'number'
  | 'string'
  | { readonly list: PropertyType }
  | { readonly map: PropertyType }
  | { readonly ref: string }

export interface PropertySchema {
  readonly type: PropertyType
  readonly required?: true
  /** Whether a change of the property needs a new physical resource. */
  readonly replacement?: 'yes' | 'maybe'
}

export type PropertySchemas = Readonly<Record<string, PropertySchema>>

export interface ResourceSchema {
  readonly properties: PropertySchemas
  /** Names that `Fn::GetAtt` accepts. */
  readonly attributes: readonly string[]
  /** The named types that properties refer to. */
  readonly types: Readonly<Record<string, PropertySchemas>>
  /** The property that holds the resource's tags. */
  readonly tags?: string
}

const SCHEMAS = schemas as Readonly<Record<string, unknown>>

/** The schema of a resource type; undefined when the engine does not have the type. */
export function schemaOf(type: string): ResourceSchema | undefined {
  return SCHEMAS[type] as ResourceSchema | undefined
}

/** `Key` and `Value`, which is all that a tag has anywhere. */
const TAG: PropertySchemas = {
  Key: { type: 'string', required: true },
  Value: { type: 'string' },
  PropagateAtLaunch: { type: 'boolean' },
}

export function namedType(schema: ResourceSchema, name: string): PropertySchemas | undefined {
  return schema.types[name] ?? (name === 'Tag' ? TAG : undefined)
}
