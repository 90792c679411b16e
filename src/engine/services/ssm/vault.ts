import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals the values of secure strings for the disk (AES-256-GCM). The key is a file in the engine's
 * data directory that only its owner can read; each seal is bound to its parameter, so that one
 * sealed value cannot be moved to another name.
 */
export class Vault {
  readonly #directory: () => string
  #key: Buffer | undefined

  constructor(dataDir: () => string) {
    this.#directory = () => join(dataDir(), 'ssm')
  }

  seal(name: string, value: string): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#getKey(), iv)
    cipher.setAAD(Buffer.from(name))
    const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
  }

  open(name: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#getKey(), bytes.subarray(0, IV_BYTES))
    decipher.setAAD(Buffer.from(name))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  }

  #getKey(): Buffer {
    this.#key ??= readOrMakeKey(this.#directory())
    return this.#key
  }
}

function readOrMakeKey(directory: string): Buffer {
  const file = join(directory, 'key')
  try {
    return readFileSync(file)
  } catch {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const key = randomBytes(KEY_BYTES)
    writeFileSync(file, key, { mode: 0o600, flag: 'wx' })
    return key
  }
}
