import { createHash } from 'node:crypto'
import { uuid } from '../../random.ts'
import { constraint, exists, invalidParameter } from './errors.ts'
import { CURRENT, type SecretRecord, type VersionRecord } from './records.ts'
import type { SecretState } from './secret-state.ts'
import type { PlainValue } from './vault.ts'
import { stage } from './versions.ts'

const MAX_BYTES = 65_536

export interface ValueInput {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly ClientRequestToken?: string | undefined
}

/** The value that a request brings; undefined when it brings none. */
export function valueOf(input: ValueInput): PlainValue | undefined {
  const { SecretString: text, SecretBinary: bytes } = input
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  const size = text === undefined ? (bytes?.length ?? 1) : Buffer.byteLength(text)
  if (size > MAX_BYTES) {
    const member = text === undefined ? 'secretBinary' : 'secretString'
    throw constraint(member, `Member must have length less than or equal to ${MAX_BYTES}`)
  }
  if (text !== undefined) return { kind: 'string', text }
  return bytes === undefined ? undefined : { kind: 'binary', bytes }
}

export interface AddedVersion {
  readonly record: SecretRecord
  readonly versionId: string
}

/**
 * A secret with one more version. The request's token is the version's id: the same token with the
 * same value is the same request once more, with another value an error.
 */
export function addVersion(
  state: SecretState,
  record: SecretRecord,
  wanted: { value: PlainValue; token: string | undefined; stages?: readonly string[] | undefined },
): AddedVersion {
  const { value, token } = wanted
  const id = token ?? uuid(state.context.random)
  if (id.length < 32 || id.length > 64) {
    throw invalidParameter('ClientRequestToken must be 32-64 characters long.')
  }
  const known = record.versions.find((version) => version.id === id)
  if (known !== undefined) {
    if (same(open(state, record, known), value)) return { record, versionId: id }
    throw exists(
      `You can't use ClientRequestToken ${id} because that value is already in use for a version ` +
        `of secret ${record.arn}.`,
    )
  }
  const added: VersionRecord = {
    id,
    stages: [],
    createdAt: state.now(),
    accessedAt: undefined,
    value: state.vault.seal(value, `${record.arn}/${id}`),
  }
  const versions = stage([...record.versions, added], id, wanted.stages ?? [CURRENT])
  return { record: { ...record, versions, changedAt: state.now() }, versionId: id }
}

/** A version's value in the clear. */
export function open(state: SecretState, record: SecretRecord, version: VersionRecord): PlainValue {
  return state.vault.open(version.value, `${record.arn}/${version.id}`)
}

function same(a: PlainValue, b: PlainValue): boolean {
  return digest(a) === digest(b)
}

function digest(value: PlainValue): string {
  const plain = value.kind === 'string' ? value.text : value.bytes
  return createHash('sha256').update(value.kind).update(plain).digest('hex')
}
