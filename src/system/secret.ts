import type { ExistingSecret } from './existing.ts'

/** A secret of Secrets Manager. Containers take it whole, or one key of its JSON. */
export interface Secret {
  readonly kind: 'secret'
  readonly name: string
  readonly options: SecretOptions
  /** One key of a JSON secret: `arn:…:KEY::` in the task definition. */
  key(name: string): SecretKey
}

export interface SecretKey {
  readonly kind: 'secret-key'
  readonly secret: Secret | ExistingSecret
  readonly key: string
}

/**
 * Say one of: `generate` (random, made once), `keys` (values that a person sets later), or nothing
 * (one plain value that a person sets later). A person sets a value with `longshore secrets set`.
 *
 * Longshore writes a value when the secret is created, never again: a deploy leaves alone what was
 * set or rotated since. Only editing `values`, `placeholders` or `generate` itself writes anew.
 */
export interface SecretOptions {
  /** Name in Secrets Manager. Default: `<system>/<environment>/<name>`. */
  readonly secretName?: string
  /** Shown in the AWS console. Default: none. */
  readonly description?: string
  /** A random value, made by Secrets Manager when the secret is created. */
  readonly generate?: GenerateOptions
  /** Fixed keys beside a generated one; they stand in the template, so nothing confidential. */
  readonly values?: Readonly<Record<string, string>>
  /** Keys of a JSON secret whose values a person sets later. */
  readonly keys?: readonly string[]
  /**
   * First values for `keys`, for environments where no real ones exist. They stand in the template.
   * Without them, containers that need a key do not start until somebody has set it.
   */
  readonly placeholders?: Readonly<Record<string, string>>
  /** Id or ARN of the KMS key that encrypts it. Default: the account's own `aws/secretsmanager`. */
  readonly kmsKey?: string
}

export interface GenerateOptions {
  /** Puts the random value under this key of a JSON secret. Default: the whole secret. */
  readonly key?: string
  /** Characters, 8 to 4096. Default: 32. */
  readonly length?: number
  /** `letters`: letters and digits. `hex`: 0-9a-f. Default: `letters`. */
  readonly as?: 'letters' | 'hex'
}

export function secret(name: string, options: SecretOptions = {}): Secret {
  const made: Secret = {
    kind: 'secret',
    name,
    options,
    key: (key) => ({ kind: 'secret-key', secret: made, key }),
  }
  return made
}
