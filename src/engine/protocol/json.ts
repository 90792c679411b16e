import { serializationError } from './serialization-error.ts'
import type { Shape, StructureShape, TimestampFormat } from './shape.ts'
import { arriving, leaving, type Times } from './times.ts'

/** Decodes a body of AWS's JSON protocols. Unknown members are dropped, wrong types refused. */
export function decodeJson(body: string, shape: StructureShape, times: Times): object {
  if (body === '') return {}
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw serializationError('The request body is not valid JSON.')
  }
  return decodeValue(value, shape, { times, path: '' }) as object
}

/** Encodes an output of AWS's JSON protocols. */
export function encodeJson(output: object, shape: StructureShape, times: Times): string {
  return JSON.stringify(shape.converts ? encodeValue(output, shape, forJson(times)) : output)
}

/** How the values that have no JSON (or CBOR) form of their own are written. */
export interface Conversions {
  /** Whether values that hold nothing of the kind are walked too, to drop what is undefined. */
  readonly everything: boolean
  timestamp(date: Date, format: TimestampFormat): unknown
  blob(bytes: Uint8Array): unknown
}

function forJson(times: Times): Conversions {
  return {
    everything: false,
    timestamp: (date, format) => {
      const wall = leaving(date, times)
      return format === 'date-time' ? wall.toISOString() : wall.getTime() / 1000
    },
    blob: (bytes) => Buffer.from(bytes).toString('base64'),
  }
}

interface Decoding {
  readonly times: Times
  readonly path: string
}

/** A parsed JSON (or CBOR) value in the form that handlers expect. */
export function decodeValue(value: unknown, shape: Shape, decoding: Decoding): unknown {
  switch (shape.kind) {
    case 'structure':
      return decodeStructure(value, shape, decoding)
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value, 'list', decoding.path)
      return value.map((item) => decodeValue(item, shape.item.shape, decoding))
    case 'map':
      return Object.fromEntries(
        Object.entries(record(value, decoding.path)).map(([key, item]) => [
          key,
          decodeValue(item, shape.value.shape, decoding),
        ]),
      )
    case 'timestamp':
      return decodeTimestamp(value, decoding)
    case 'blob':
      if (value instanceof Uint8Array) return value
      if (typeof value !== 'string') throw wrongType(value, 'base64 string', decoding.path)
      return new Uint8Array(Buffer.from(value, 'base64'))
    case 'number':
      if (typeof value === 'bigint') return Number(value)
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
      if (typeof value !== 'number') throw wrongType(value, 'number', decoding.path)
      return value
    case 'boolean':
    case 'string':
      if (typeof value !== shape.kind) throw wrongType(value, shape.kind, decoding.path)
      return value
    case 'document':
      return value
  }
}

function decodeStructure(value: unknown, shape: StructureShape, decoding: Decoding): object {
  const source = record(value, decoding.path)
  const result: Record<string, unknown> = {}
  for (const member of shape.members) {
    const item = source[member.traits.jsonName ?? member.name]
    if (item === undefined || item === null) continue
    const path = decoding.path === '' ? member.name : `${decoding.path}.${member.name}`
    result[member.name] = decodeValue(item, member.shape, { times: decoding.times, path })
  }
  return result
}

function decodeTimestamp(given: unknown, { times, path }: Decoding): Date {
  // CBOR marks a time with tag 1.
  const value =
    typeof given === 'object' && given !== null && 'value' in given ? given.value : given
  if (value instanceof Date) return arriving(value.getTime(), times)
  if (typeof value === 'number') return arriving(value * 1000, times)
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(parsed)) throw wrongType(value, 'timestamp', path)
  return arriving(parsed, times)
}

/** A handler's value in its wire form. Members that the shape does not know are left out. */
export function encodeValue(value: unknown, shape: Shape, conversions: Conversions): unknown {
  if (value === undefined || value === null) return value
  if (!shape.converts && !conversions.everything) return value
  switch (shape.kind) {
    case 'structure': {
      const source = value as Record<string, unknown>
      const result: Record<string, unknown> = {}
      for (const member of shape.members) {
        const item = source[member.name]
        if (item === undefined) continue
        result[member.traits.jsonName ?? member.name] = encodeValue(item, member.shape, conversions)
      }
      return result
    }
    case 'list':
      return (value as unknown[]).map((item) => encodeValue(item, shape.item.shape, conversions))
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          encodeValue(item, shape.value.shape, conversions),
        ]),
      )
    case 'timestamp':
      return conversions.timestamp(value as Date, shape.format)
    case 'blob':
      return conversions.blob(value as Uint8Array)
    default:
      return value
  }
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(value, 'structure', path)
  }
  return value as Record<string, unknown>
}

function wrongType(value: unknown, expected: string, path: string): Error {
  const found = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
  return serializationError(
    `${path === '' ? 'The request' : path}: expected a ${expected}, found ${found}`,
  )
}
