import { join } from 'node:path'
import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import { markedForDeletion, secretNotFound } from './errors.ts'
import type { SecretRecord } from './records.ts'
import { Vault } from './vault.ts'

const SUFFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const SUFFIX = /-[A-Za-z0-9]{6}$/

/** Everything that Secrets Manager keeps. */
export class SecretState {
  readonly context: EngineContext
  readonly vault: Vault
  readonly #secrets: Collection<SecretRecord>

  constructor(context: EngineContext) {
    this.context = context
    this.vault = new Vault(() => join(context.dataDir, 'secretsmanager'))
    this.#secrets = context.store.collection('secretsmanager/secrets')
  }

  now(): number {
    return this.context.clock.now()
  }

  newArn(region: string, name: string): string {
    const letters = Array.from(
      { length: 6 },
      () => SUFFIX_LETTERS[Math.floor(this.context.random.next() * SUFFIX_LETTERS.length)],
    )
    return `arn:aws:secretsmanager:${region}:${this.context.accountId}:secret:${name}-${letters.join('')}`
  }

  put(record: SecretRecord): SecretRecord {
    this.#secrets.put(`${record.region}/${record.name}`, record)
    return record
  }

  delete(record: SecretRecord): void {
    this.#secrets.delete(`${record.region}/${record.name}`)
  }

  /** The secret of that name; one whose recovery window is over goes now. */
  byName(region: string, name: string): SecretRecord | undefined {
    const record = this.#secrets.get(`${region}/${name}`)
    if (record?.deletionAt === undefined || record.deletionAt > this.now()) return record
    this.delete(record)
    return undefined
  }

  /**
   * The secret that a SecretId names: by name, by ARN, or by an ARN without its suffix. Throws when
   * there is none.
   */
  find(region: string, secretId: string | undefined): SecretRecord {
    const id = secretId ?? ''
    const record = id.startsWith('arn:') ? this.#byArn(region, id) : this.byName(region, id)
    if (record === undefined) throw secretNotFound()
    return record
  }

  /** As `find`, but a secret that waits for its deletion is refused. */
  live(region: string, secretId: string | undefined): SecretRecord {
    const record = this.find(region, secretId)
    if (record.deletionAt !== undefined) throw markedForDeletion()
    return record
  }

  list(region: string): SecretRecord[] {
    return [...this.#secrets.values()].flatMap((record) =>
      record.region === region ? (this.byName(region, record.name) ?? []) : [],
    )
  }

  #byArn(region: string, arn: string): SecretRecord | undefined {
    const prefix = `arn:aws:secretsmanager:${region}:${this.context.accountId}:secret:`
    if (!arn.startsWith(prefix)) return undefined
    const rest = arn.slice(prefix.length)
    const whole = this.byName(region, rest.replace(SUFFIX, ''))
    return whole?.arn === arn ? whole : this.byName(region, rest)
  }
}
