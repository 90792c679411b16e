import type { AttributeValue } from './value.ts'

/** A PostgreSQL database of RDS, in the private subnets, encrypted, with a generated password. */
export interface Postgres {
  readonly kind: 'postgres'
  readonly name: string
  readonly options: PostgresOptions
  /** Address of the instance, for a container's `environment`. */
  readonly host: AttributeValue
  readonly port: AttributeValue
  /** The same database with other names for its variables: `uses: [db.as('PG')]`. */
  as(names: string | PostgresVariables): PostgresBinding
}

/** A database in a container's `uses`: the container gets its address and credentials. */
export interface PostgresBinding {
  readonly kind: 'postgres-binding'
  readonly database: Postgres
  readonly names: string | PostgresVariables
}

/** Names of the variables that a binding sets; those left out keep their default. */
export interface PostgresVariables {
  /** Default for a database `db`: `DB_HOST`. */
  readonly host?: string
  /** Default: `DB_PORT`. */
  readonly port?: string
  /** Default: `DB_NAME`. */
  readonly database?: string
  /** Default: `DB_USER`, from the secret. */
  readonly username?: string
  /** Default: `DB_PASS`, from the secret. */
  readonly password?: string
}

export interface PostgresOptions {
  /** Version of PostgreSQL: `16` for the newest minor of RDS, or `16.10`. */
  readonly version: string
  /** Instance class. Default: `db.t4g.micro`. */
  readonly instance?: string
  /** GiB of gp3 storage, 20 to 65536. Default: 20. */
  readonly storageGiB?: number
  /** GiB up to which storage may grow by itself. Default: it does not. */
  readonly maxStorageGiB?: number
  /** Name of the first database. Default: the resource's name. */
  readonly database?: string
  /** The owner's name. Default: `postgres`. */
  readonly username?: string
  /** Port. Default: 5432. */
  readonly port?: number
  /** Identifier in RDS. Default: CloudFormation makes one. */
  readonly instanceName?: string
  /** A standby in a second zone. Default: false. */
  readonly multiAz?: boolean
  /** Days that backups are kept, 0 (none) to 35. Default: 7; 0 in an unprotected environment. */
  readonly backupDays?: number
  /**
   * What becomes of the data when the database is removed. Default: `snapshot`; `delete` in an
   * unprotected environment.
   */
  readonly onRemoval?: 'snapshot' | 'retain' | 'delete'
  /** Refuse to be deleted. Default: false. */
  readonly deletionProtection?: boolean
  /** Alarms that tell the definition's topic. Default: none. */
  readonly alarms?: DatabaseAlarms
}

export interface DatabaseAlarms {
  /** Percent of CPU, averaged over 5 minutes. */
  readonly cpuAbove?: number
  /** GiB of free storage. */
  readonly freeStorageBelowGiB?: number
  /** Connections, averaged over 5 minutes. */
  readonly connectionsAbove?: number
}

export function postgres(name: string, options: PostgresOptions): Postgres {
  const attribute = (which: AttributeValue['attribute']): AttributeValue => ({
    kind: 'attribute',
    of: made,
    attribute: which,
  })
  const made: Postgres = {
    kind: 'postgres',
    name,
    options,
    get host() {
      return attribute('host')
    },
    get port() {
      return attribute('port')
    },
    as: (names) => ({ kind: 'postgres-binding', database: made, names }),
  }
  return made
}
