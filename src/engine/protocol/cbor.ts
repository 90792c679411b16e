import { cbor, tag } from '@smithy/core/cbor'
import { decodeValue, encodeValue } from './json.ts'
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

export function encodeCbor(output: object, shape: StructureShape, times: Times): Uint8Array {
  return cbor.serialize(
    encodeValue(
      output,
      { ...shape, converts: true },
      {
        timestamp: (date) =>
          tag({ tag: EPOCH_TIME_TAG, value: leaving(date, times).getTime() / 1000 }),
        blob: (bytes) => bytes,
      },
    ),
  )
}

/** An error of the CBOR protocol. */
export function encodeCborError(error: Record<string, unknown>): Uint8Array {
  return cbor.serialize(error)
}
