import type { SealedValue } from './vault.ts'

export interface SecretRecord {
  readonly name: string
  readonly region: string
  /** With six characters of chance behind the name, so that a name used again is another secret. */
  readonly arn: string
  readonly description: string | undefined
  readonly kmsKeyId: string | undefined
  readonly createdAt: number
  readonly changedAt: number
  readonly accessedAt: number | undefined
  readonly deletedAt: number | undefined
  /** When the secret goes for good; set while it waits for that. */
  readonly deletionAt: number | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly resourcePolicy: string | undefined
  /** Oldest first. */
  readonly versions: readonly VersionRecord[]
}

export interface VersionRecord {
  readonly id: string
  readonly stages: readonly string[]
  readonly createdAt: number
  readonly accessedAt: number | undefined
  readonly value: SealedValue
}

export const CURRENT = 'AWSCURRENT'
export const PREVIOUS = 'AWSPREVIOUS'
