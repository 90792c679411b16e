import { NormalizedSchema } from '@smithy/core/schema'

/**
 * A data shape of an AWS API, as the codecs walk it. Compiled once from the schemas that the AWS
 * SDK publishes; this is the only file that knows those.
 */
export type Shape =
  | StructureShape
  | { readonly kind: 'list'; readonly item: Member; readonly converts: boolean }
  | {
      readonly kind: 'map'
      readonly key: Member
      readonly value: Member
      readonly converts: boolean
    }
  | { readonly kind: 'timestamp'; readonly format: TimestampFormat; readonly converts: true }
  | { readonly kind: 'blob'; readonly converts: true }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'document'; readonly converts: false }

export type TimestampFormat = 'default' | 'date-time' | 'http-date' | 'epoch-seconds'

export interface StructureShape {
  readonly kind: 'structure'
  readonly name: string
  readonly members: readonly Member[]
  /** How many of the first members are required. */
  readonly required: number
  /** Whether a value's wire form differs from its form in memory (timestamps, blobs). */
  readonly converts: boolean
}

export interface Member {
  readonly name: string
  readonly traits: MemberTraits
  readonly shape: Shape
}

export interface MemberTraits {
  readonly xmlName?: string
  readonly xmlFlattened?: boolean
  readonly ec2QueryName?: string
  readonly jsonName?: string
  readonly sensitive?: boolean
}

/** `[kind, namespace, name, traits, …]`, as the SDK exports it. */
type StaticSchema = readonly [number, string, string, unknown, ...unknown[]]

const STRUCTURE = 3
const ERROR = -3
const OPERATION = 9

export interface OperationSchema {
  readonly name: string
  readonly input: StructureShape
  readonly output: StructureShape
}

export interface ErrorSchema {
  readonly name: string
  /** The code on the wire, which the query protocols may spell differently. */
  readonly code: string
  readonly status: number
  readonly shape: StructureShape
}

/** The operation that an export of a client package describes, if it does. */
export function operationOf(value: unknown): OperationSchema | undefined {
  if (!isStatic(value) || value[0] !== OPERATION) return undefined
  return {
    name: value[2],
    input: structureOf(lazily(value[4])),
    output: structureOf(lazily(value[5])),
  }
}

/** The error that an export of a client package describes, if it does. */
export function errorOf(value: unknown): ErrorSchema | undefined {
  if (!isStatic(value) || value[0] !== ERROR) return undefined
  const traits = (typeof value[3] === 'object' ? value[3] : {}) as {
    awsQueryError?: [string, number]
    httpError?: number
  }
  return {
    name: value[2],
    code: traits.awsQueryError?.[0] ?? value[2],
    status: traits.awsQueryError?.[1] ?? traits.httpError ?? 400,
    shape: structureOf(value),
  }
}

function isStatic(value: unknown): value is StaticSchema {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[2] === 'string'
}

function lazily(value: unknown): unknown {
  return typeof value === 'function' ? (value as () => unknown)() : value
}

const compiled = new Map<unknown, Shape>()
const EMPTY: StructureShape = {
  kind: 'structure',
  name: 'Unit',
  members: [],
  required: 0,
  converts: false,
}

function structureOf(schema: unknown): StructureShape {
  if (schema === 'unit') return EMPTY
  const shape = compile(NormalizedSchema.of(schema as never))
  return shape.kind === 'structure' ? shape : EMPTY
}

function compile(schema: NormalizedSchema): Shape {
  const key = schema.getSchema()
  if (schema.isStructSchema()) {
    return compiled.get(key) ?? structure(schema, key)
  }
  if (schema.isListSchema()) {
    const item = member(schema.getValueSchema(), 'member')
    return { kind: 'list', item, converts: convertsSoon(item.shape) }
  }
  if (schema.isMapSchema()) {
    const value = member(schema.getValueSchema(), 'value')
    const keyMember = member(schema.getKeySchema(), 'key')
    return { kind: 'map', key: keyMember, value, converts: convertsSoon(value.shape) }
  }
  if (schema.isTimestampSchema()) {
    return { kind: 'timestamp', format: timestampFormat(Number(key)), converts: true }
  }
  if (schema.isBlobSchema()) return { kind: 'blob', converts: true }
  if (schema.isBooleanSchema()) return { kind: 'boolean', converts: false }
  if (schema.isNumericSchema()) return { kind: 'number', converts: false }
  if (schema.isDocumentSchema()) return { kind: 'document', converts: false }
  return { kind: 'string', converts: false }
}

function structure(schema: NormalizedSchema, key: unknown): StructureShape {
  const definition = key as readonly unknown[]
  const isStructure = definition[0] === STRUCTURE || definition[0] === ERROR
  const members: Member[] = []
  const shape: { -readonly [K in keyof StructureShape]: StructureShape[K] } = {
    kind: 'structure',
    name: schema.getName() ?? '',
    members,
    required: isStructure && typeof definition[6] === 'number' ? definition[6] : 0,
    // A structure that contains itself is assumed to convert while it is being compiled.
    converts: true,
  }
  compiled.set(key, shape)
  for (const [name, each] of schema.structIterator()) members.push(member(each, name))
  shape.converts = members.some(({ shape: inner }) => convertsSoon(inner))
  return shape
}

function convertsSoon(shape: Shape): boolean {
  return shape.converts
}

function member(schema: NormalizedSchema, name: string): Member {
  const traits = schema.getMergedTraits() as Record<string, unknown>
  const text = (trait: string): string | undefined =>
    typeof traits[trait] === 'string' ? traits[trait] : undefined
  const [xmlName, ec2QueryName, jsonName] = [
    text('xmlName'),
    text('ec2QueryName'),
    text('jsonName'),
  ]
  return {
    name,
    shape: compile(schema),
    traits: {
      ...(xmlName === undefined ? {} : { xmlName }),
      ...(ec2QueryName === undefined ? {} : { ec2QueryName }),
      ...(jsonName === undefined ? {} : { jsonName }),
      ...(traits['xmlFlattened'] === undefined ? {} : { xmlFlattened: true }),
      ...(traits['sensitive'] === undefined ? {} : { sensitive: true }),
    },
  }
}

/** The SDK's numbers: 4 protocol's default, 5 date-time, 6 http-date, 7 epoch-seconds. */
function timestampFormat(sentinel: number): TimestampFormat {
  switch (sentinel) {
    case 5:
      return 'date-time'
    case 6:
      return 'http-date'
    case 7:
      return 'epoch-seconds'
    default:
      return 'default'
  }
}
