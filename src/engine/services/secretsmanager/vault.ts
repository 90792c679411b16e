import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError } from '../../aws-error.ts'

/** A secret value as it lies on disk: AES-256-GCM, base64 of nonce, tag and ciphertext. */
export interface SealedValue {
  readonly kind: 'string' | 'binary'
  readonly sealed: string
}

export type PlainValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Keeps values unreadable in the engine's state file. The key lies in a file of its own that only
 * its owner may read; whoever copies the state alone has no secret.
 */
export class Vault {
  readonly #directory: () => string
  #key: Buffer | undefined

  constructor(directory: () => string) {
    this.#directory = directory
  }

  /** Seals a value for one place (`context`): moved elsewhere, it does not open. */
  seal(value: PlainValue, context: string): SealedValue {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#loadKey(), nonce)
    cipher.setAAD(Buffer.from(context))
    const plain = value.kind === 'string' ? Buffer.from(value.text) : value.bytes
    const parts = [cipher.update(plain), cipher.final()]
    const sealed = Buffer.concat([nonce, cipher.getAuthTag(), ...parts]).toString('base64')
    return { kind: value.kind, sealed }
  }

  open({ kind, sealed }: SealedValue, context: string): PlainValue {
    const bytes = Buffer.from(sealed, 'base64')
    const nonce = bytes.subarray(0, NONCE_BYTES)
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#loadKey(), nonce)
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const parts = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]
      const plain = Buffer.concat(parts)
      return kind === 'string' ? { kind, text: plain.toString() } : { kind, bytes: plain }
    } catch (cause) {
      if (cause instanceof AwsError) throw cause
      throw new AwsError(
        'DecryptionFailure',
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      )
    }
  }

  #loadKey(): Buffer {
    this.#key ??= readOrMakeKey(this.#directory())
    return this.#key
  }
}

function readOrMakeKey(directory: string): Buffer {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = join(directory, 'key')
  try {
    writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file)
}
