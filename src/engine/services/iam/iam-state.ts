import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import { noSuchEntity } from './errors.ts'
import { managedPolicies } from './managed-policies.ts'
import type { InstanceProfileRecord, PolicyRecord, RoleRecord, UserRecord } from './records.ts'

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Everything that IAM keeps. Names are unique whatever their case. */
export class IamState {
  readonly context: EngineContext
  readonly roles: NamedRecords<RoleRecord>
  readonly users: NamedRecords<UserRecord>
  readonly instanceProfiles: NamedRecords<InstanceProfileRecord>
  readonly #policies: Collection<PolicyRecord>
  readonly #managed: ReadonlyMap<string, PolicyRecord>

  constructor(context: EngineContext) {
    this.context = context
    this.roles = new NamedRecords(context.store.collection('iam/roles'), 'The role with name')
    this.users = new NamedRecords(context.store.collection('iam/users'), 'The user with name')
    this.instanceProfiles = new NamedRecords(
      context.store.collection('iam/instance-profiles'),
      'Instance Profile',
    )
    this.#policies = context.store.collection('iam/policies')
    this.#managed = managedPolicies()
  }

  now(): number {
    return this.context.clock.now()
  }

  /** A unique id as IAM makes them: `AROA` and 17 letters and digits. */
  newId(prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AIPA' | 'AKIA'): string {
    const length = prefix === 'AKIA' ? 16 : 17
    const letters = Array.from({ length }, () =>
      ID_LETTERS.charAt(Math.floor(this.context.random.next() * ID_LETTERS.length)),
    )
    return prefix + letters.join('')
  }

  arn(kind: 'role' | 'user' | 'policy' | 'instance-profile', path: string, name: string): string {
    return `arn:aws:iam::${this.context.accountId}:${kind}${path}${name}`
  }

  /** A customer's or AWS's own managed policy; throws when there is none of that ARN. */
  policy(arn: string | undefined): PolicyRecord {
    const policy = this.findPolicy(arn ?? '')
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`)
    return policy
  }

  findPolicy(arn: string): PolicyRecord | undefined {
    return this.#policies.get(arn) ?? this.#managed.get(arn)
  }

  putPolicy(policy: PolicyRecord): void {
    this.#policies.put(policy.arn, policy)
  }

  deletePolicy(policy: PolicyRecord): void {
    this.#policies.delete(policy.arn)
  }

  customerPolicies(): PolicyRecord[] {
    return [...this.#policies.values()]
  }

  awsPolicies(): PolicyRecord[] {
    return [...this.#managed.values()]
  }

  /** Roles and users to which the policy is attached. */
  holdersOf(policyArn: string): { roles: RoleRecord[]; users: UserRecord[] } {
    return {
      roles: this.roles.list().filter((role) => role.attachedPolicies.includes(policyArn)),
      users: this.users.list().filter((user) => user.attachedPolicies.includes(policyArn)),
    }
  }
}

/** Records by name, without regard to case. */
export class NamedRecords<T extends { readonly name: string }> {
  readonly #records: Collection<T>
  readonly #kind: string

  constructor(records: Collection<T>, kind: string) {
    this.#records = records
    this.#kind = kind
  }

  find(name: string): T | undefined {
    return this.#records.get(name.toLowerCase())
  }

  get(name: string | undefined): T {
    const record = this.find(name ?? '')
    if (record === undefined) throw noSuchEntity(`${this.#kind} ${name} cannot be found.`)
    return record
  }

  put(record: T): T {
    this.#records.put(record.name.toLowerCase(), record)
    return record
  }

  delete(record: T): void {
    this.#records.delete(record.name.toLowerCase())
  }

  /** Sorted by name, as IAM lists. */
  list(): T[] {
    return [...this.#records.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}
