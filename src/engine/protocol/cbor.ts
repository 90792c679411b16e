import { cbor, tag } from '@smithy/core/cbor'
import { type Conversions, decodeValue, encodeValue } from './json.ts'
import { serializationError } from './serialization-error.ts'
import type { StructureShape } from './shape.ts'
import { leaving, type Times } from './times.ts'

const EPOCH_TIME_TAG = 1

/** Decodes a body of the CBOR protocol (Smithy RPC v2), which CloudWatch's newer clients speak. */
export function decodeCbor(body: Uint8Array, shape: StructureShape, times: Times): object {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = cbor.deserialize(body)
  } catch {
    throw serializationError('The request body is not valid CBOR.')
  }
  return decodeValue(value, shape, { times, path: '' }) as object
}

/** Encodes an output. */
export function encodeCbor(output: object, shape: StructureShape, times: Times): Uint8Array {
  return cbor.serialize(encodeValue(output, shape, forCbor(times)))
}

/** Encodes an error, which says its type. An error without a shape has its message only. */
export function encodeCborError(
  error: { type: string; message: string; members: object },
  shape: StructureShape | undefined,
  times: Times,
): Uint8Array {
  const members = shape === undefined ? {} : encodeValue(error.members, shape, forCbor(times))
  return cbor.serialize({ ...(members as object), __type: error.type, message: error.message })
}

function forCbor(times: Times): Conversions {
  return {
    everything: true,
    timestamp: (date) => tag({ tag: EPOCH_TIME_TAG, value: leaving(date, times).getTime() / 1000 }),
    blob: (bytes) => bytes,
  }
}
