import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm'

export interface ParameterVersion {
  readonly version: number
  readonly type: ParameterType
  /** For a SecureString the sealed value. */
  readonly value: string
  readonly description: string | undefined
  readonly allowedPattern: string | undefined
  readonly keyId: string | undefined
  readonly tier: ParameterTier
  readonly dataType: string
  readonly modifiedAt: number
  readonly modifiedBy: string
  readonly labels: readonly string[]
}

/** A parameter with its history; the last version is the current one. */
export interface ParameterRecord {
  readonly name: string
  readonly region: string
  readonly versions: readonly ParameterVersion[]
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
}

export function currentVersion(parameter: ParameterRecord): ParameterVersion {
  const current = parameter.versions.at(-1)
  if (current === undefined) throw new Error(`Parameter ${parameter.name} has no version`)
  return current
}
