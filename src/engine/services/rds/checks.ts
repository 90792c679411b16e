import { invalidValue } from './errors.ts'

const IDENTIFIER = /^[a-z](-?[a-z0-9])*$/
const RESERVED_USERS = new Set([
  'admin',
  'public',
  'rds_iam',
  'rds_password',
  'rds_replication',
  'rds_superuser',
  'rdsadmin',
  'user',
])

/** An identifier as RDS takes and keeps it: in lower case. */
export function checkIdentifier(parameter: string, value = '', maxLength = 63): string {
  const id = value.toLowerCase()
  if (IDENTIFIER.test(id) && id.length <= maxLength) return id
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; ` +
      'must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or ' +
      'contain two consecutive hyphens.',
  )
}

export function checkMasterUser(value = ''): string {
  if (!/^[A-Za-z]\w{0,62}$/.test(value)) {
    throw invalidValue(
      'The parameter MasterUsername is not a valid identifier. It must begin with a letter and ' +
        'contain only alphanumeric characters or underscores.',
    )
  }
  if (RESERVED_USERS.has(value.toLowerCase()) || /^pg_/i.test(value)) {
    throw invalidValue(
      `MasterUsername ${value} cannot be used as it is a reserved word used by the engine`,
    )
  }
  return value
}

/** Says what is wrong with a password and never repeats it. */
export function checkPassword(value = ''): string {
  const why =
    value.length < 8
      ? 'because it is shorter than 8 characters'
      : value.length > 128
        ? 'because it is longer than 128 characters'
        : undefined
  if (why !== undefined) {
    throw invalidValue(`The parameter MasterUserPassword is not a valid password ${why}.`)
  }
  if (/^[!-~]+$/.test(value) && !/[/@"]/.test(value)) return value
  throw invalidValue(
    'The parameter MasterUserPassword is not a valid password. Only printable ASCII characters ' +
      `besides '/', '@', '"', ' ' may be used.`,
  )
}

export function checkDatabaseName(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  if (/^[A-Za-z_]\w{0,62}$/.test(value)) return value
  throw invalidValue('DBName must begin with a letter and contain only alphanumeric characters.')
}

export function checkPort(port: number): number {
  if (port >= 1150 && port <= 65_535) return port
  throw invalidValue(`The parameter Port must be between 1150 and 65535: ${port}`)
}

const MIN_GP3_GIB = 20
const MAX_GIB = 65_536

export function checkStorage(gib: number, storageType: string): number {
  const least = storageType === 'io1' || storageType === 'io2' ? 100 : MIN_GP3_GIB
  if (gib >= least && gib <= MAX_GIB) return gib
  throw invalidValue(
    `Invalid storage size for engine name postgres and storage type ${storageType}: ${gib}`,
  )
}
